import { beforeEach, describe, expect, it } from 'vitest';
import { EC_CERTIFICATE, EC_KEY } from '../testing/certificates.ts';
import type { MethodArgs, MethodName, ReadMethod } from '../../protocol/methods.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';

let dc: DatacenterFixture;

beforeEach(() => {
  dc = new DatacenterFixture();
});

const codeOf = <M extends MethodName>(method: M, args: MethodArgs<M>) =>
  dc.state.callAlone({ method, args, token: '', actor: 'test' }).code;

/** How often a watcher was woken since it was last asked. */
const watch = <M extends ReadMethod>(method: M, args: MethodArgs<M>): (() => number) => {
  const watcher = dc.watch(method, args);
  return () => watcher.take().length;
};

const put = (entry: object, cas?: number): boolean =>
  dc.write('config.apply', { entry, ...(cas === undefined ? {} : { cas }) });
const drop = (kind: string, name: string, cas?: number): boolean =>
  dc.write('config.delete', { kind, name, ...(cas === undefined ? {} : { cas }) });
const get = (kind: string, name: string) => dc.read('config.get', { kind, name })!;
const defaults = (Name: string, Protocol: string, rest = {}) => ({
  Kind: 'service-defaults',
  Name,
  Protocol,
  ...rest,
});
const modifyIndexOf = (kind: string, name: string): number => get(kind, name).ModifyIndex as number;

describe('writing', () => {
  it('names ignore case, and the last spelling stands', () => {
    put(defaults('Web', 'http'));
    put(defaults('web', 'http'));
    expect(dc.read('config.list', { kind: 'service-defaults' })!).toMatchObject([{ Name: 'web' }]);
    expect(get('service-defaults', 'WEB')).toMatchObject({
      Name: 'web',
      CreateIndex: 2,
      ModifyIndex: 3,
    });
  });

  it('an equal entry takes no index and wakes nobody, whatever index was expected', () => {
    put(defaults('web', 'http'));
    const woken = watch('config.get', { kind: 'service-defaults', name: 'web' });
    const before = dc.lastIndex;
    expect(put({ kind: 'service-defaults', name: 'web', protocol: 'HTTP' })).toBe(true);
    expect(put(defaults('web', 'http'), 77)).toBe(true);
    expect([dc.lastIndex, woken()]).toEqual([before, 0]);
  });

  it.each([
    ['absent, expected absent', undefined, 0, true],
    ['absent, expected an index', undefined, 7, false],
    ['there, expected absent', 'tcp', 0, false],
  ])('check-and-set: %s', (_name, before, cas, expected) => {
    if (before !== undefined) put(defaults('web', before));
    expect(put(defaults('web', 'http'), cas)).toBe(expected);
  });

  it('check-and-set with the right index, and a deletion with it', () => {
    put(defaults('web', 'tcp'));
    expect(put(defaults('web', 'http'), modifyIndexOf('service-defaults', 'web'))).toBe(true);
    expect(drop('service-defaults', 'web', 1)).toBe(false);
    expect(drop('service-defaults', 'web', modifyIndexOf('service-defaults', 'web'))).toBe(true);
    expect(drop('service-defaults', 'web', 1)).toBe(true);
    expect(get('service-defaults', 'web')).toBeUndefined();
  });

  it('refusals tell what cannot be understood from what is not acceptable', () => {
    expect(codeOf('config.apply', { entry: { Kind: 'nope' } })).toBe('bad-request');
    expect(codeOf('config.apply', { entry: 5 })).toBe('bad-request');
    expect(codeOf('config.apply', { entry: { Kind: 'service-defaults' } })).toBe('invalid');
    expect(codeOf('config.apply', { entry: { Kind: 'ingress-gateway' } })).toBe('invalid');
    expect(codeOf('config.apply', { entry: { Kind: 'bound-api-gateway' } })).toBe('forbidden');
    expect(codeOf('config.get', { kind: 'nope', name: 'x' })).toBe('invalid');
    expect(codeOf('config.delete', { kind: 'proxy-defaults', name: 'x' })).toBe('invalid');
    expect(dc.lastIndex).toBe(1);
  });

  it('costs a row, its change and two topics', () => {
    put(defaults('web', 'http'));
    expect(dc.rowsWrittenBy(() => put(defaults('web', 'grpc')))).toBe(4);
    expect(dc.rowsWrittenBy(() => put(defaults('web', 'grpc')))).toBe(0);
  });

  it('the change log holds the entry, and never a private key', () => {
    put(defaults('web', 'http'));
    put({ Kind: 'inline-certificate', Name: 'c', Certificate: EC_CERTIFICATE, PrivateKey: EC_KEY });
    drop('service-defaults', 'web');
    const changes = dc.storage.database
      .prepare('SELECT kind, key, prev_idx, value FROM changes ORDER BY idx')
      .all() as { kind: string; key: string; prev_idx: number; value: string | null }[];
    expect(changes.map(({ kind, key, prev_idx }) => [kind, key, prev_idx])).toEqual([
      ['config.set', 'service-defaults/web', 0],
      ['config.set', 'inline-certificate/c', 0],
      ['config.delete', 'service-defaults/web', 2],
    ]);
    expect(changes[1]!.value).toContain('"PrivateKey":"<hidden>"');
    expect(changes[2]!.value).toBeNull();
    expect(get('inline-certificate', 'c').PrivateKey).toBe(EC_KEY);
  });
});

describe('watching', () => {
  it('an entry wakes its own watchers and those of its kind alone', () => {
    put(defaults('db', 'tcp'));
    const watches = {
      own: watch('config.get', { kind: 'service-defaults', name: 'Web' }),
      other: watch('config.get', { kind: 'service-defaults', name: 'db' }),
      kind: watch('config.list', { kind: 'service-defaults' }),
      all: watch('config.list', { kind: '' }),
      otherKind: watch('config.list', { kind: 'service-router' }),
      keys: watch('kv.list', { prefix: '' }),
    };
    const woken = () =>
      Object.entries(watches)
        .filter(([, count]) => count() > 0)
        .map(([name]) => name);
    put(defaults('web', 'http'));
    expect(woken()).toEqual(['own', 'kind', 'all']);
    put(defaults('web', 'grpc'));
    expect(woken()).toEqual(['own', 'kind', 'all']);
    drop('service-defaults', 'web');
    expect(woken()).toEqual(['own', 'kind', 'all']);
    drop('service-defaults', 'web');
    expect(woken()).toEqual([]);
  });

  it('an absent entry has an index of its own, which a deletion raises', () => {
    const absent = () => dc.indexOf('config.get', { kind: 'service-defaults', name: 'web' });
    expect(absent()).toBe(1);
    put(defaults('db', 'tcp'));
    expect(absent()).toBe(1);
    put(defaults('web', 'http'));
    drop('service-defaults', 'web');
    expect(absent()).toBe(dc.lastIndex);
  });
});

describe('what a write may do to other entries', () => {
  const splitter = (Name: string, ...services: string[]) => ({
    Kind: 'service-splitter',
    Name,
    Splits: services.map((Service) => ({ Service, Weight: 100 / services.length })),
  });
  const router = (Name: string, Service: string) => ({
    Kind: 'service-router',
    Name,
    Routes: [{ Match: { HTTP: { PathPrefix: '/x' } }, Destination: { Service } }],
  });
  const redirect = (Name: string, Service: string, rest = {}) => ({
    Kind: 'service-resolver',
    Name,
    Redirect: { Service, ...rest },
  });
  const ingress = (Protocol: string, Name: string) => ({
    Kind: 'ingress-gateway',
    Name: 'in',
    Listeners: [{ Port: 1, Protocol, Services: [{ Name }] }],
  });
  const permissions = (Name: string) => ({
    Kind: 'service-intentions',
    Name,
    Sources: [{ Name: 'a', Permissions: [{ Action: 'allow', HTTP: { PathPrefix: '/' } }] }],
  });
  const HTTP = ['a', 'b', 'c'].map((name) => defaults(name, 'http'));
  const PROXIES = { Kind: 'proxy-defaults', Config: { protocol: 'http' } };
  const KEYS = { Kind: 'jwt-provider', Name: 'j', JSONWebKeySet: { Local: { Filename: 'f' } } };
  const GUARDED = {
    Kind: 'service-intentions',
    Name: 'a',
    JWT: { Providers: [{ Name: 'j' }] },
    Sources: [{ Name: '*', Action: 'allow' }],
  };

  it.each<[string, object[], object | [string, string], string]>([
    ['splitting TCP', [], splitter('a', 'a'), 'protocol "tcp" that does not permit'],
    [
      'routing to another protocol',
      HTTP,
      router('a', 'z'),
      'service "z" has "tcp" which is not "http"',
    ],
    [
      "changing a route's target",
      [...HTTP, router('a', 'b')],
      defaults('b', 'tcp'),
      'inconsistent protocols',
    ],
    [
      "a splitter's target",
      [...HTTP, splitter('a', 'a', 'b')],
      defaults('B', 'tcp'),
      'inconsistent',
    ],
    [
      'taking its protocol away',
      [...HTTP, router('a', 'b')],
      ['service-defaults', 'a'],
      'inconsistent',
    ],
    [
      "taking everybody's away",
      [PROXIES, splitter('a', 'a')],
      ['proxy-defaults', 'global'],
      'does not permit',
    ],
    [
      'splitters in a circle',
      [...HTTP, splitter('a', 'b')],
      splitter('b', 'a'),
      'detected circular reference: [',
    ],
    [
      'redirects in a circle',
      [redirect('a', 'b')],
      redirect('b', 'a'),
      'detected circular resolver redirect: [',
    ],
    [
      'a subset that is missing',
      [],
      redirect('a', 'b', { ServiceSubset: 'v1' }),
      'service "b" does not have a subset named "v1"',
    ],
    [
      'subsets of what is outside',
      [defaults('a', '', { ExternalSNI: 'a.b' })],
      { Kind: 'service-resolver', Name: 'a', Subsets: { v1: {} } },
      'cannot define subsets for external',
    ],
    [
      'a listener of another protocol',
      [],
      ingress('http', 'a'),
      'service "a" has protocol "tcp", which does not match',
    ],
    [
      "leaving a listener's protocol",
      [...HTTP, ingress('http', 'a')],
      defaults('a', 'tcp'),
      'does not match defined listener protocol "http"',
    ],
    [
      'two gateways of one name',
      [{ Kind: 'terminating-gateway', Name: 'in' }],
      ingress('tcp', 'a'),
      'config entry with that name already exists',
    ],
    ['permissions on TCP', [], permissions('a'), 'incompatible with L7 intentions permissions'],
    [
      'TCP under permissions',
      [...HTTP, permissions('a')],
      ['service-defaults', 'a'],
      'incompatible with L7',
    ],
    [
      'a provider that is missing',
      [],
      GUARDED,
      'Referenced JWT Provider does not exist. Provider Name: j',
    ],
    [
      'a provider that is needed',
      [KEYS, GUARDED],
      ['jwt-provider', 'j'],
      'Provider name: j, intention name: a',
    ],
    [
      'unencrypted unless the mesh says so',
      [],
      defaults('a', '', { MutualTLSMode: 'permissive' }),
      'AllowEnablingPermissiveMutualTLS=false',
    ],
  ])('%s is refused, and nothing changes', (_name, before, write, message) => {
    for (const entry of before) put(entry);
    const index = dc.lastIndex;
    const attempt = () => (Array.isArray(write) ? drop(write[0]!, write[1]!) : put(write));
    expect(attempt).toThrow(message);
    expect(dc.lastIndex).toBe(index);
  });

  it.each<[string, object[], object | [string, string]]>([
    ['a split to itself', HTTP, splitter('a', 'a', 'b')],
    ['nested splitters', [...HTTP, splitter('b', 'b', 'c')], splitter('a', 'a', 'b')],
    [
      'a redirect elsewhere, whatever is spoken there',
      [],
      redirect('a', 'b', { Datacenter: 'dc9' }),
    ],
    ['a TCP listener whose service changes', [ingress('tcp', 'a')], defaults('a', 'http')],
    [
      'unencrypted where it was already',
      [
        { Kind: 'mesh', AllowEnablingPermissiveMutualTLS: true },
        defaults('a', '', { MutualTLSMode: 'permissive' }),
        { Kind: 'mesh' },
      ],
      defaults('a', 'http', { MutualTLSMode: 'permissive' }),
    ],
    ['removing a router before its target', [...HTTP, router('a', 'b')], ['service-router', 'a']],
  ])('%s is taken', (_name, before, write) => {
    for (const entry of before) put(entry);
    expect(Array.isArray(write) ? drop(write[0]!, write[1]!) : put(write)).toBe(true);
  });
});
