import { beforeEach, describe, expect, it } from 'vitest';
import { notFound } from '../../protocol/errors.ts';
import { RecordingRPC, serve } from '../testing/recording-rpc.ts';
import { sessionRoutes } from './session.ts';

let rpc: RecordingRPC;
let send: ReturnType<typeof serve>;

beforeEach(() => {
  rpc = new RecordingRPC();
  send = serve(sessionRoutes, rpc);
});

const create = (body?: string) => send('PUT', '/v1/session/create', body);

describe('create', () => {
  const DEFAULTS = {
    Name: '',
    Node: 'n1',
    LockDelayMs: 15_000,
    Behavior: 'release',
    TTL: '',
    NodeChecks: ['serfHealth'],
    Checks: null,
    ServiceChecks: null,
  };

  it.each([
    ['no body', undefined, {}],
    ['an empty object', '{}', {}],
    ['null', 'null', {}],
    ['unknown fields', '{"Partition":"x"}', {}],
    ['something after the first value', '{"Name":"a"} {"Name":', { Name: 'a' }],
    [
      'names in any case',
      '{"name":"a","NODE":"other","ttl":"30s"}',
      { Name: 'a', Node: 'other', TTL: '30s' },
    ],
    ['an empty node', '{"Node":""}', { Node: '' }],
    ['no node checks', '{"NodeChecks":[]}', { NodeChecks: [] }],
    ['null node checks', '{"NodeChecks":null}', { NodeChecks: null }],
    ['node checks', '{"NodeChecks":["a"]}', { NodeChecks: ['a'] }],
    ['old checks', '{"Checks":["a"]}', { Checks: ['a'] }],
    [
      'the default in the old field',
      '{"Checks":["serfHealth"],"NodeChecks":["a"]}',
      { NodeChecks: ['a'] },
    ],
    ['no old checks beat node checks', '{"Checks":[],"NodeChecks":["a"]}', { NodeChecks: [] }],
    ['null old checks do too', '{"checks":null,"NodeChecks":["a"]}', { NodeChecks: [] }],
    ['no node checks beat old ones', '{"Checks":["a"],"NodeChecks":[]}', { NodeChecks: [] }],
    [
      'service checks',
      '{"ServiceChecks":[{"ID":"w"}]}',
      { ServiceChecks: [{ ID: 'w', Namespace: '' }] },
    ],
  ])('%s', async (_name, body, expected) => {
    rpc.answer = { index: 9, body: '{"ID":"x"}' };
    const response = await create(body);
    expect(await response.json()).toEqual({ ID: 'x' });
    expect(rpc.calls).toMatchObject([
      { method: 'session.create', args: { ...DEFAULTS, ...expected } },
    ]);
  });

  it.each([
    ['"7s"', 7000],
    ['"1m30s"', 90_000],
    ['"0s"', 0],
    ['0', 0],
    ['5', 5000],
    ['999', 999_000],
    ['1.5', 1000],
    ['1000', 0.001],
    ['5000000000', 5000],
    ['1000000000000000000', 1_000_000_000_000],
    ['-1', -1000],
    ['true', 0],
    ['[]', 0],
    ['null', 15_000],
  ])('a lock-delay of %s is %s ms', async (text, LockDelayMs) => {
    await create(`{"LockDelay":${text}}`);
    expect(rpc.calls).toMatchObject([{ args: { LockDelayMs } }]);
  });

  it.each([
    ['{', /^Request decode failed: /],
    ['[]', /^Request decode failed: json: cannot unmarshal array/],
    ['"text"', /^Request decode failed: json: cannot unmarshal string/],
    ['{"Name":5}', /cannot unmarshal number .*Name of type string/],
    ['{"NodeChecks":"a"}', /cannot unmarshal string .*NodeChecks/],
    ['{"LockDelay":"soon"}', /^Request decode failed: time: invalid duration "soon"$/],
    ['{"LockDelay":"15"}', /^Request decode failed: time: missing unit in duration "15"$/],
    ['{"LockDelay":"1d"}', /^Request decode failed: time: unknown unit "d" in duration "1d"$/],
  ])('%s is refused', async (body, message) => {
    const response = await create(body);
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(message);
    expect(rpc.calls).toEqual([]);
  });
});

describe('one session', () => {
  it.each([
    ['GET', 'info/x', 'session.get', { id: 'x' }],
    ['GET', 'info/a/b', 'session.get', { id: 'a/b' }],
    ['PUT', 'renew/x', 'session.renew', { id: 'x' }],
    ['PUT', 'destroy/x', 'session.destroy', { id: 'x' }],
    ['GET', 'node/N1', 'session.node', { node: 'N1' }],
    ['GET', 'list', 'session.list', {}],
  ])('%s %s', async (method, path, name, args) => {
    const response = await send(method, `/v1/session/${path}`);
    expect(response.status).toBe(200);
    expect(rpc.calls).toMatchObject([{ method: name, args }]);
    expect(response.headers.has('x-consul-index')).toBe(method === 'GET');
  });

  it.each([
    ['GET', 'info/', 'Missing session'],
    ['PUT', 'renew/', 'Missing session'],
    ['PUT', 'destroy/', 'Missing session'],
    ['GET', 'node/', 'Missing node name'],
  ])('%s %s without a name is refused', async (method, path, text) => {
    const response = await send(method, `/v1/session/${path}`);
    expect([response.status, await response.text()]).toEqual([400, text]);
  });

  it('renewing one that is gone is 404', async () => {
    rpc.answer = notFound("Session id 'x' not found");
    const response = await send('PUT', '/v1/session/renew/x');
    expect([response.status, await response.text()]).toEqual([404, "Session id 'x' not found"]);
  });

  it('a read with an index waits', async () => {
    await send('GET', '/v1/session/info/x?index=5&wait=1s');
    expect(rpc.calls).toMatchObject([{ method: 'session.get', minIndex: 5 }]);
  });

  it.each([
    ['GET', 'create', 'OPTIONS,PUT'],
    ['DELETE', 'destroy/x', 'OPTIONS,PUT'],
    ['POST', 'list', 'OPTIONS,GET'],
  ])('%s %s is not allowed', async (method, path, allow) => {
    const response = await send(method, `/v1/session/${path}`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
  });
});
