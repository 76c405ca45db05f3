import { beforeEach, describe, expect, it } from 'vitest';
import { RecordingRPC, serve } from '../testing/recording-rpc.ts';
import { discoveryChainRoutes } from './discovery-chain.ts';
import { intentionRoutes } from './intentions.ts';

let rpc: RecordingRPC;
let send: ReturnType<typeof serve>;

beforeEach(() => {
  rpc = new RecordingRPC();
  send = serve([...intentionRoutes, ...discoveryChainRoutes], rpc);
});

const ROOT = '/v1/connect/intentions';

describe('/v1/connect/intentions', () => {
  it.each<[string, string, string, string | undefined, object]>([
    ['GET', ROOT, 'intention.list', undefined, {}],
    [
      'GET',
      `${ROOT}/exact?source=default/a&destination=default/default/b`,
      'intention.exact',
      undefined,
      { source: 'a', destination: 'b' },
    ],
    [
      'PUT',
      `${ROOT}/exact?source=a&destination=b`,
      'intention.apply',
      // Names in the body are not looked at.
      '{"action":"allow","SourceName":"x"}',
      { op: 'put', source: 'a', destination: 'b', intention: { Action: 'allow' } },
    ],
    ['GET', `${ROOT}/some-id`, 'intention.get', undefined, { id: 'some-id' }],
    ['DELETE', `${ROOT}/some-id`, 'intention.apply', undefined, { op: 'delete-by-id' }],
    [
      'GET',
      `${ROOT}/check?source=a&destination=b&source-type=consul`,
      'intention.check',
      undefined,
      { source: 'a', destination: 'b' },
    ],
  ])('%s %s', async (method, path, name, body, args) => {
    if (name === 'intention.list') rpc.answer = { index: 1, body: '[]' };
    expect((await send(method, path, body)).status).toBe(200);
    expect(rpc.calls).toMatchObject([{ method: name, args }]);
  });

  it('a match answers under the names as they were asked, null where nothing bears on one', async () => {
    rpc.answer = { index: 4, body: '[[],[{"SourceName":"web"}]]' };
    const response = await send('GET', `${ROOT}/match?by=source&name=web&name=default/api`);
    expect(await response.text()).toBe('{"default/api":[{"SourceName":"web"}],"web":null}');
    expect(response.headers.get('x-consul-index')).toBe('4');
    expect(rpc.calls).toMatchObject([{ args: { by: 'source', names: ['web', 'api'] } }]);
  });

  it.each([
    ['GET', `${ROOT}/exact?source=a`, 500, "required query parameter 'destination' not set"],
    ['GET', `${ROOT}/exact?source=a&source=b&destination=c`, 500, "parameter 'source' not set"],
    ['GET', `${ROOT}/exact?source=&destination=`, 500, '* DestinationName is missing'],
    ['PUT', `${ROOT}/exact?source=&destination=b`, 500, "query parameter 'source' not set"],
    ['PUT', `${ROOT}/exact?source=`, 500, "query parameter 'source' not set"],
    ['GET', `${ROOT}/exact?source=x/a&destination=b`, 500, 'Invalid SourceNS "x"'],
    ['GET', `${ROOT}/exact?source=a/b/c/d&destination=b`, 500, "at most two '/'"],
    ['GET', `${ROOT}/match?by=source&name=x/web&name=a/b/c/d`, 500, "at most two '/'"],
    ['GET', `${ROOT}/match?by=colour&name=b`, 500, "'by' parameter must be one of"],
    ['GET', `${ROOT}/check?source=a&destination=b&source-type=x`, 500, 'unsupported SourceType'],
    ['GET', `${ROOT}/`, 404, 'Intention not found'],
    ['GET', `${ROOT}?filter=Permissions is empty`, 500, 'Selector "Permissions" is not valid'],
  ])('%s %s is refused', async (method, path, status, message) => {
    const response = await send(method, path, method === 'PUT' ? '{}' : undefined);
    expect([response.status, await response.text()]).toEqual([
      status,
      expect.stringContaining(message),
    ]);
    expect(rpc.calls).toEqual([]);
  });

  it.each([
    [{ ID: 'x' }, 500, 'ID must be empty'],
    [{ SourceNS: 'x' }, 400, 'Invalid SourceNS(x)'],
    [{ DestinationPartition: 'x' }, 400, 'Cannot specify a destination partition'],
    [{ Nope: 1 }, 500, 'Failed to decode request body: json: unknown field "Nope"'],
  ])('a creation with %j is refused', async (body, status, message) => {
    const response = await send('POST', ROOT, JSON.stringify(body));
    expect([response.status, await response.text()]).toEqual([
      status,
      expect.stringContaining(message),
    ]);
    expect(rpc.calls).toEqual([]);
  });
});

describe('/v1/discovery-chain/', () => {
  it.each([
    ['{"OverrideProtocol":"http"}', { protocol: 'http' }],
    ['{"override_connect_timeout":"2s"}', { connectTimeoutNs: 2e9 }],
    ['{"OverrideMeshGateway":{"mode":"local"}}', { meshGatewayMode: 'local' }],
    ['null', { protocol: '', meshGatewayMode: '', connectTimeoutNs: 0 }],
  ])('overrides %s', async (body, overrides) => {
    expect((await send('POST', '/v1/discovery-chain/web?compile-dc=dc9', body)).status).toBe(200);
    expect(rpc.calls).toMatchObject([{ args: { service: 'web', compileIn: 'dc9', overrides } }]);
  });

  it.each([
    ['[]', 'Request decoding failed: '],
    ['{"OverrideConnectTimeout":"x"}', 'time: invalid duration "x"'],
    ['{"OverrideMeshGateway":{"Mode":"x"}}', 'Invalid OverrideMeshGateway.Mode parameter'],
  ])('%s is refused', async (body, message) => {
    const response = await send('POST', '/v1/discovery-chain/web', body);
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining(message),
    ]);
  });
});
