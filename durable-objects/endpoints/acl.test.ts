import { beforeEach, describe, expect, it } from 'vitest';
import { RPCError } from '../../protocol/errors.ts';
import type { MethodArgs, MethodName, ReadMethod } from '../../protocol/methods.ts';
import type { ACLPolicy, ACLToken } from '../../protocol/types/acl.ts';
import { ACL_DISABLED } from '../acl-settings.ts';
import { expireTokenTxn } from '../state/acl-tokens.ts';
import { logIn } from '../login.ts';
import { DatacenterFixture, WatchedForTest } from '../testing/datacenter-fixture.ts';

const SECRET = 'aaaaaaaa-1111-2222-3333-444444444444';
const acl = {
  ...ACL_DISABLED,
  enabled: true,
  defaultPolicy: 'deny',
  initialManagement: SECRET,
} as const;

let datacenter: DatacenterFixture;
beforeEach(() => {
  datacenter = new DatacenterFixture({ acl });
});

/** As the holder of a token, the first management token unless another is named. */
function call<M extends MethodName>(method: M, args: MethodArgs<M>, token = SECRET): unknown {
  const { code, body } = datacenter.state.callAlone({ method, args, token, actor: 'test' });
  if (code !== undefined) throw new RPCError(code, body);
  return body === '' ? undefined : JSON.parse(body);
}

function watch<M extends ReadMethod>(method: M, args: MethodArgs<M>): WatchedForTest {
  const watcher = new WatchedForTest();
  const opened = datacenter.state.openQuery({ method, args, token: SECRET, actor: 'test' });
  datacenter.state.subscriptions.add(watcher, 1, opened.query, opened.reading.index);
  return watcher;
}

const makePolicy = (Name: string, Rules = '') =>
  call('acl.policy-set', { value: { Name, Rules } }) as ACLPolicy;
const makeToken = (value: object) => call('acl.token-set', { value }) as ACLToken;

describe('rights', () => {
  it('follow policies, roles and identities as they change', () => {
    const policy = makePolicy('p', 'key_prefix "a" { policy = "write" }');
    const role = call('acl.role-set', { value: { Name: 'r', Policies: [{ Name: 'P' }] } }) as {
      ID: string;
    };
    const { SecretID } = makeToken({ Roles: [{ ID: role.ID }] });
    const put = () => call('kv.apply', { verb: 'set', key: 'a', value: '' }, SecretID);
    expect(put()).toBe(true);
    call('acl.policy-set', {
      value: { Name: 'p', Rules: 'key_prefix "a" { policy = "read" }' },
      id: policy.ID,
    });
    expect(put).toThrow('lacks permission \'key:write\' on "a"');
    call('acl.role-set', { value: { Name: 'r' }, id: role.ID });
    expect(() => call('kv.get', { key: 'a' }, SecretID)).toThrow("lacks permission 'key:read'");
  });

  it('of a policy for another datacenter are none here', () => {
    call('acl.policy-set', {
      value: { Name: 'far', Rules: 'operator = "read"', Datacenters: ['dc2'] },
    });
    const { SecretID } = makeToken({
      Policies: [{ Name: 'far' }],
      NodeIdentities: [{ NodeName: 'n', Datacenter: 'dc2' }],
    });
    const requests = [
      { Resource: 'operator', Access: 'read' },
      { Resource: 'node', Segment: 'n', Access: 'write' },
    ];
    expect(call('acl.authorize', { requests }, SecretID)).toEqual(
      requests.map((request) => ({ ...request, Allow: false })),
    );
  });

  it.each<[MethodName, object]>([
    ['acl.policy-list', {}],
    ['acl.role-list', {}],
    ['acl.token-list', {}],
    ['acl.auth-method-list', {}],
    ['acl.binding-rule-list', {}],
    ['acl.templates', {}],
    ['acl.token-read', { accessor: SECRET }],
    ['acl.policy-set', { value: { Name: 'x' } }],
    ['acl.role-set', { value: { Name: 'x' } }],
    ['acl.token-set', { value: {} }],
    ['acl.token-clone', { value: {}, accessor: SECRET }],
    ['acl.token-delete', { accessor: SECRET }],
    ['acl.auth-method-set', { value: {} }],
    ['acl.binding-rule-set', { value: {} }],
  ])('%s takes the right to do it, and an ACL system', (method, args) => {
    const nobody = makeToken({}).SecretID;
    expect(() => call(method, args as never, nobody)).toThrow(
      /lacks permission 'acl:(?:read|write)'/,
    );
    datacenter = new DatacenterFixture();
    expect(() => call(method, args as never)).toThrow('ACL support disabled');
  });

  it('to read show no secret', () => {
    const other = makeToken({ Description: 'other' });
    makePolicy('reader', 'acl = "read"');
    const { SecretID } = makeToken({ Policies: [{ Name: 'reader' }] });
    const read = call('acl.token-read', { accessor: other.AccessorID }, SecretID) as ACLToken;
    expect(read.SecretID).toBe('<hidden>');
    expect(JSON.stringify(call('acl.token-list', {}, SecretID))).not.toContain(other.SecretID);
  });
});

describe('a token that expires', () => {
  it('is nobody the moment it does, and is reaped by its timer', () => {
    const { SecretID, AccessorID } = makeToken({ ExpirationTTL: '1m' });
    datacenter.now += 59_999;
    expect(call('acl.token-self', {}, SecretID)).toMatchObject({ AccessorID });
    datacenter.now += 1;
    expect(() => call('acl.token-self', {}, SecretID)).toThrow('ACL not found');
    expect(() => call('acl.token-read', { accessor: AccessorID })).toThrow('token does not exist');
    datacenter.state.writer.apply('test', (tx) => expireTokenTxn(tx, AccessorID));
    const left = datacenter.storage.database.prepare('SELECT accessor FROM acl_tokens').all();
    expect(JSON.stringify(left)).not.toContain(AccessorID);
  });
});

describe('secrets', () => {
  it('reach neither the change log nor the logs of those who read it', () => {
    const { SecretID } = makeToken({ Description: 'secretive' });
    call('acl.auth-method-set', {
      value: {
        Name: 'k',
        Type: 'jwt',
        Config: { JWKSURL: 'https://issuer.test/keys', BoundIssuer: 'hidden' },
      },
    });
    const log = JSON.stringify(datacenter.storage.database.prepare('SELECT * FROM changes').all());
    for (const secret of [SECRET, SecretID, 'issuer.test']) expect(log).not.toContain(secret);
    expect(log).toContain('secretive');
  });
});

describe('watchers', () => {
  it.each<[ReadMethod, object, () => void]>([
    ['acl.policy-list', {}, () => makePolicy('new')],
    ['acl.role-list', {}, () => call('acl.role-set', { value: { Name: 'new' } })],
    ['acl.token-list', {}, () => makeToken({ Description: 'new' })],
    ['acl.token-list', {}, () => makePolicy('renamed')],
  ])('of %s wake for what it shows, and for nothing else', (method, args, change) => {
    const watcher = watch(method, args as never);
    call('kv.apply', { verb: 'set', key: 'unrelated', value: '' });
    expect(watcher.take()).toEqual([]);
    change();
    expect(watcher.take()).toHaveLength(1);
    const { lastIndex } = datacenter;
    call('acl.policy-set', { value: { Name: 'another' }, id: makePolicy('again').ID });
    expect(datacenter.lastIndex).toBe(lastIndex + 2);
  });

  it('do not wake for an equal write, which takes no index', () => {
    const policy = makePolicy('same', 'acl = "read"');
    const watcher = watch('acl.policy-list', {});
    const { lastIndex } = datacenter;
    call('acl.policy-set', { value: { Name: 'same', Rules: 'acl = "read"' }, id: policy.ID });
    expect([datacenter.lastIndex, watcher.take()]).toEqual([lastIndex, []]);
  });
});

describe('bootstrapping', () => {
  it('happens once, and once more for whoever names its index', () => {
    datacenter = new DatacenterFixture({ acl: { ...acl, initialManagement: '' } });
    const first = call('acl.bootstrap', {}, '') as ACLToken;
    expect(first).toMatchObject({ ID: first.SecretID, Policies: [{ Name: 'global-management' }] });
    expect(() => call('acl.bootstrap', {}, '')).toThrow(`(reset index: ${first.CreateIndex})`);
    expect(() => call('acl.bootstrap', { reset: 1 }, '')).toThrow('Invalid bootstrap reset index');
    const second = call(
      'acl.bootstrap',
      { reset: first.CreateIndex, secret: SECRET },
      '',
    ) as ACLToken;
    expect(second.SecretID).toBe(SECRET);
    expect(() => call('acl.bootstrap', { reset: first.CreateIndex }, '')).toThrow('Invalid');
    expect(call('acl.token-list', {}, first.SecretID)).toHaveLength(3);
  });

  it('is over once there is a first management token', () => {
    expect(() => call('acl.bootstrap', {}, '')).toThrow('no longer allowed');
  });
});

describe('a secondary', () => {
  it('writes local tokens alone, and founds nothing', () => {
    datacenter = new DatacenterFixture({
      acl: { ...acl, primaryDatacenter: 'dc0', deploySecret: 'door' },
    });
    for (const [method, args] of [
      ['acl.policy-set', { value: { Name: 'x' } }],
      ['acl.role-set', { value: { Name: 'x' } }],
      ['acl.token-set', { value: {} }],
      ['acl.bootstrap', {}],
    ] as const) {
      expect(() => call(method, args, 'door')).toThrow('written in the primary datacenter "dc0"');
    }
    expect(call('acl.policy-list', {}, 'door')).toEqual([]);
    const local = call('acl.token-set', { value: { Local: true } }, 'door') as ACLToken;
    expect(local.Local).toBe(true);
  });
});

describe('a login', () => {
  const identity = (user: string, groups: string[] = []) => ({
    variables: { 'value.user': user },
    selectable: { value: { user }, list: { groups } },
  });
  const method = {
    Name: 'm',
    Type: 'jwt',
    MaxTokenTTL: '1h',
    Config: {
      JWKSURL: 'https://issuer.test',
      ClaimMappings: { sub: 'user' },
      ListClaimMappings: { g: 'groups' },
    },
  };
  const bindTo = (rule: object) =>
    call('acl.binding-rule-set', { value: { AuthMethod: 'm', ...rule } });
  const log = (user: string, groups?: string[]) => {
    const { code, body } = logIn(datacenter.state, 'm', identity(user, groups), {});
    if (code !== undefined) throw new RPCError(code, body);
    return JSON.parse(body) as ACLToken;
  };
  beforeEach(() => call('acl.auth-method-set', { value: method }));

  it('gives what every rule that matches gives', () => {
    call('acl.role-set', { value: { Name: 'team-red' } });
    bindTo({ BindType: 'role', BindName: 'team-${value.user}' });
    bindTo({ BindType: 'service', BindName: '${value.user}', Selector: 'ops in list.groups' });
    bindTo({ BindType: 'policy', BindName: 'no-such-policy' });
    bindTo({
      BindType: 'templated-policy',
      BindName: 'builtin/service',
      BindVars: { Name: 'x-${value.user}' },
    });
    const token = log('Red', ['ops']);
    expect(token).toMatchObject({
      Roles: [{ Name: 'team-red' }],
      ServiceIdentities: [{ ServiceName: 'red' }],
      TemplatedPolicies: [
        { TemplateName: 'builtin/service', TemplateVariables: { name: 'x-red' } },
      ],
      Local: true,
      AuthMethod: 'm',
      ExpirationTime: new Date(datacenter.now + 3_600_000).toISOString(),
    });
    expect(token.Policies).toBeUndefined();
    expect(log('blue').ServiceIdentities).toBeUndefined();
  });

  it('is refused where no rule gives anything', () => {
    expect(() => log('someone')).toThrow('Permission denied');
    bindTo({ BindType: 'service', BindName: '${value.user}' });
    expect(() => log('no name of a service!')).toThrow('invalid bind name');
  });

  it('ends with a logout, and with its method', () => {
    bindTo({ BindType: 'service', BindName: 'web' });
    const [first, second] = [log('a').SecretID, log('b').SecretID];
    expect(call('acl.logout', {}, first)).toBe(true);
    expect(() => call('acl.logout', {}, first)).toThrow('ACL not found');
    expect(() => call('acl.logout', {}, '')).toThrow('Supplied token does not exist');
    expect(() => call('acl.logout', { accessor: first })).toThrow("token wasn't created via login");
    call('acl.auth-method-delete', { name: 'M' });
    expect(() => call('acl.token-self', {}, second)).toThrow('ACL not found');
    expect(call('acl.binding-rule-list', {})).toEqual([]);
  });
});
