import { beforeEach, describe, expect, it } from 'vitest';
import { forbidden } from '../../protocol/errors.ts';
import { createAPI } from '../fetch-adapter.ts';
import type { APIContext } from '../route.ts';
import { NO_SNAPSHOTS, RecordingRPC } from '../testing/recording-rpc.ts';
import { aclAuthRoutes } from './acl-auth.ts';
import { aclPolicyRoutes } from './acl-policies.ts';
import { aclTemplateRoutes } from './acl-templates.ts';
import { aclTokenRoutes } from './acl-tokens.ts';

const ID = 'dddddddd-1111-1111-1111-111111111111';
let rpc: RecordingRPC;
let more: Partial<APIContext>;

beforeEach(() => {
  rpc = new RecordingRPC();
  rpc.answer = { index: 7, body: '{"Name":"x"}' };
  more = {};
});

function send(method: string, at: string, body?: string): Promise<Response> {
  const limits = { kvMaxValueBytes: 1, txnMaxBytes: 1, defaultQueryTimeMs: 1, maxQueryTimeMs: 1 };
  const context: APIContext = {
    rpc,
    snapshots: NO_SNAPSHOTS,
    limits,
    datacenter: 'dc2',
    primaryDatacenter: 'dc1',
    nodeName: 'n1',
    acl: { enabled: true, defaultPolicy: 'deny', downPolicy: 'extend-cache' },
    ...more,
  };
  const routes = [...aclTokenRoutes, ...aclPolicyRoutes, ...aclTemplateRoutes, ...aclAuthRoutes];
  const init = { method, ...(body !== undefined && { body }) };
  return Promise.resolve(createAPI(routes, { context }).request(`http://localhost${at}`, init));
}

describe('where a write goes', () => {
  it.each([
    ['PUT', '/v1/acl/policy', '{"Name":"x"}', 'acl.policy-set', 'dc1'],
    ['PUT', '/v1/acl/role', '{"Name":"x"}', 'acl.role-set', 'dc1'],
    ['DELETE', `/v1/acl/policy/${ID}`, undefined, 'acl.policy-delete', 'dc1'],
    ['PUT', '/v1/acl/token', '{}', 'acl.token-set', 'dc1'],
    ['PUT', '/v1/acl/token', '{"Local":true}', 'acl.token-set', ''],
    ['PUT', '/v1/acl/bootstrap', undefined, 'acl.bootstrap', 'dc1'],
    ['PUT', '/v1/acl/auth-method', '{"Name":"x"}', 'acl.auth-method-set', ''],
    ['PUT', '/v1/acl/binding-rule', '{}', 'acl.binding-rule-set', ''],
    ['POST', '/v1/acl/logout', undefined, 'acl.logout', ''],
  ])('%s %s %s: %s in %j', async (method, at, body, wanted, datacenter) => {
    expect((await send(method, at, body)).status).toBe(200);
    expect(rpc.calls).toMatchObject([{ method: wanted, options: { datacenter } }]);
  });

  it('that deletes a token is where the token stands', async () => {
    rpc.answer = { index: 7, body: '{"Local":true}' };
    await send('DELETE', `/v1/acl/token/${ID}`);
    expect(rpc.calls.map(({ options }) => options.datacenter)).toEqual(['', '']);
    rpc.calls.length = 0;
    rpc.answer = { index: 7, body: '{"Local":false}' };
    await send('PUT', `/v1/acl/token/${ID}/clone`, '{}');
    expect(rpc.calls.map(({ options }) => options.datacenter)).toEqual(['', 'dc1']);
  });
});

it.each(['builtin%2Fdns', 'builtin/dns', 'builtin%252Fdns'])(
  'a name that stands as %s in the path is the same',
  async (name) => {
    await send('GET', `/v1/acl/policy/name/${name}`);
    expect(rpc.calls).toMatchObject([{ method: 'acl.policy-read', args: { name: 'builtin/dns' } }]);
  },
);

describe('answers', () => {
  it.each([
    ['PUT', '/v1/acl/policy', `{"ID":"${ID}","Name":"x"}`, 400, 'Cannot specify the ID when'],
    ['PUT', `/v1/acl/policy/${ID}`, '{"ID":"x"}', 400, 'Policy ID in URL and payload do not'],
    ['PUT', '/v1/acl/role', `{"ID":"${ID}"}`, 400, 'Role ID in URL and payload do not match'],
    ['PUT', `/v1/acl/token/${ID}`, '{"AccessorID":"x"}', 400, 'Token Accessor ID in URL and'],
    ['PUT', '/v1/acl/auth-method/m', '{"Name":"n"}', 400, 'AuthMethod Name in URL and payload'],
    ['PUT', '/v1/acl/token', '{"Foo":1}', 400, 'Token decoding failed: json: unknown field "Foo"'],
    ['PUT', '/v1/acl/token', '', 400, 'Token decoding failed: EOF'],
    ['GET', '/v1/acl/policy/', undefined, 400, 'Missing policy ID'],
    ['GET', '/v1/acl/role/name/', undefined, 400, 'Missing role Name'],
    ['GET', '/v1/acl/templated-policy/name/x', undefined, 400, 'Invalid templated policy Name: x'],
    ['POST', '/v1/acl/login', '{"AuthMethod":"m"}', 501, 'Nobody verifies bearer tokens'],
    ['GET', '/v1/acl/tokens?ns=x', undefined, 400, 'Namespaces are a Consul Enterprise feature'],
  ])('%s %s %s: %i %s', async (method, at, body, status, text) => {
    const answer = await send(method, at, body);
    expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(text)]);
  });

  it('of what does not exist carry the index to wait on', async () => {
    rpc.answer = { index: 7, body: '' };
    const answer = await send('GET', `/v1/acl/policy/${ID}`);
    expect([answer.status, answer.headers.get('x-consul-index')]).toEqual([404, '7']);
    expect(await answer.text()).toBe('Requested policy does not exist: ACL not found');
  });

  it('of a token that nobody made say so', async () => {
    rpc.answer = forbidden('ACL not found');
    const answer = await send('GET', '/v1/acl/token/self');
    expect([answer.status, answer.headers.get('x-consul-knownleader')]).toEqual([403, 'false']);
    expect(await answer.text()).toBe('token does not exist: ACL not found');
  });

  it('of an expanded token name the agent that was asked', async () => {
    const answer = await send('GET', `/v1/acl/token/${ID}?expanded`);
    expect(await answer.json()).toEqual({
      Name: 'x',
      AgentACLDefaultPolicy: 'deny',
      AgentACLDownPolicy: 'extend-cache',
      ResolvedByAgent: 'n1',
    });
  });

  it('everywhere name the default policy', async () => {
    const answer = await send('GET', '/v1/acl/tokens');
    expect(answer.headers.get('x-consul-default-acl-policy')).toBe('deny');
  });
});

describe('bootstrapping', () => {
  it('hands on what an operator allowed, once', async () => {
    const allowed = [17, 0];
    more = { takeACLReset: () => Promise.resolve(allowed.shift() ?? 0) };
    await send('PUT', '/v1/acl/bootstrap', `{"BootstrapSecret":"${ID}"}`);
    await send('PUT', '/v1/acl/bootstrap');
    expect(rpc.calls.map(({ args }) => args)).toEqual([
      { secret: ID, reset: 17 },
      { secret: '', reset: 0 },
    ]);
  });

  it('looks at no token, which nobody can have yet', async () => {
    await send('PUT', '/v1/acl/bootstrap?token=of-another-datacenter');
    expect(rpc.calls[0]?.options.token).toBe('');
  });
});
