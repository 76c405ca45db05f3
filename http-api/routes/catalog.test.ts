import { beforeEach, describe, expect, it } from 'vitest';
import { RPCError } from '../../protocol/errors.ts';
import { RecordingRPC, serve } from '../testing/recording-rpc.ts';
import { catalogRoutes } from './catalog.ts';

let rpc: RecordingRPC;
let send: ReturnType<typeof serve>;

beforeEach(() => {
  rpc = new RecordingRPC();
  rpc.answer = { index: 7, body: '[]' };
  send = serve(catalogRoutes, rpc);
});

const register = (body: unknown) =>
  send('PUT', '/v1/catalog/register', typeof body === 'string' ? body : JSON.stringify(body));

describe('register', () => {
  it.each<[string, unknown, unknown]>([
    [
      'names in any case',
      { node: 'n', ADDRESS: '1', nodemeta: { a: 'b' } },
      { Node: 'n', Address: '1', NodeMeta: { a: 'b' } },
    ],
    [
      'null as no field at all',
      { Node: 'n', Service: null, Check: null, Checks: [null] },
      { Node: 'n', Checks: [] },
    ],
    [
      'null among tags as empty',
      { Service: { Tags: [null, 'b'] } },
      { Service: { Tags: ['', 'b'] } },
    ],
    [
      'unknown fields of a definition as nothing',
      { Check: { Definition: { Nope: 1, http: 'h' } } },
      { Check: { Definition: { HTTP: 'h' } } },
    ],
    [
      'a proxy in snake case',
      {
        Service: {
          Proxy: {
            destination_service_name: 'w',
            upstreams: [{ destination_name: 'd', local_bind_port: 5 }],
          },
        },
      },
      {
        Service: {
          Proxy: {
            DestinationServiceName: 'w',
            Upstreams: [{ DestinationName: 'd', LocalBindPort: 5 }],
          },
        },
      },
    ],
    ['null as an empty request', 'null', {}],
  ])('takes %s', async (_what, body, args) => {
    rpc.answer = { index: 9, body: 'true' };
    const response = await register(body);
    expect([response.status, await response.text()]).toEqual([200, 'true']);
    expect(rpc.calls).toEqual([expect.objectContaining({ method: 'catalog.register', args })]);
  });

  it.each([
    ['', 'EOF'],
    ['{"Node":', 'unexpected EOF'],
    ['[]', 'cannot unmarshal array'],
    [
      { Node: 5 },
      'cannot unmarshal number into Go struct field RegisterRequest.Node of type string',
    ],
    [{ Nope: 1 }, 'json: unknown field "Nope"'],
    [{ Service: { Nope: 1 } }, 'json: unknown field "Nope"'],
    [{ Service: { Proxy: { Upstreams: [{ Nope: 1 }] } } }, 'json: unknown field "Nope"'],
    [{ Service: { Port: '80' } }, 'cannot unmarshal string'],
    [{ Service: { Port: 80.5 } }, 'cannot unmarshal number'],
    [{ NodeMeta: { a: 1 } }, 'cannot unmarshal number'],
  ])('refuses %j with 400', async (body, text) => {
    const response = await register(body);
    expect(response.status).toBe(400);
    const answer = await response.text();
    expect(answer).toMatch(/^Request decode failed: /);
    expect(answer).toContain(text);
    expect(rpc.calls).toEqual([]);
  });

  it('goes to the datacenter of the body, whatever the address says', async () => {
    await send('PUT', '/v1/catalog/register?dc=dc2', '{"Datacenter":"dc3","Node":"n"}');
    await send('PUT', '/v1/catalog/deregister?dc=dc2', '{"Node":"n"}');
    expect(rpc.calls.map((call) => call.options.datacenter)).toEqual(['dc3', '']);
  });
});

describe('arguments', () => {
  it.each<[string, string, unknown]>([
    ['nodes', 'catalog.nodes', {}],
    [
      'nodes?node-meta=a:b&node-meta=c:d:e&node-meta=f&near=n1',
      'catalog.nodes',
      { nodeMeta: { a: 'b', c: 'd:e', f: '' }, near: 'n1' },
    ],
    ['node/a%2Fb', 'catalog.node', { node: 'a/b' }],
    ['node-services/n', 'catalog.node-services', { node: 'n' }],
    ['services?node-meta=a:b', 'catalog.services', { nodeMeta: { a: 'b' } }],
    ['services?filter=ServiceName==db', 'catalog.service', { service: '' }],
    ['service/web', 'catalog.service', { service: 'web' }],
    ['service/web?tag=a&tag=', 'catalog.service', { service: 'web', tags: ['a', ''] }],
    [
      'service/web?merge-central-config=false',
      'catalog.service',
      { service: 'web', mergeCentralConfig: true },
    ],
    [
      'node-services/n1?merge-central-config',
      'catalog.node-services',
      { node: 'n1', mergeCentralConfig: true },
    ],
    ['connect/web?tag=a', 'catalog.service', { service: 'web', connect: true }],
  ])('of %s', async (path, method, args) => {
    const response = await send('GET', `/v1/catalog/${path}`);
    expect(response.status).toBe(200);
    expect(rpc.calls).toEqual([expect.objectContaining({ method, args })]);
    expect(response.headers.get('x-consul-effective-consistency')).toBe('leader');
    expect(response.headers.get('x-consul-index')).toBe('7');
  });

  it.each([
    ['node/', 'Missing node name'],
    ['node-services/', 'Missing node name'],
    ['service/', 'Missing service name'],
    ['connect/', 'Missing service name'],
    ['gateway-services/', 'Missing gateway name'],
    ['nodes?index=x', 'Invalid index'],
    [
      'nodes?partition=default',
      'Invalid query parameter: "partition" - Partitions are a Consul Enterprise feature',
    ],
    [
      'datacenters?stale&consistent',
      'Cannot specify ?stale with ?consistent, conflicting semantics.',
    ],
  ])('missing or wrong in %s: 400', async (path, text) => {
    const response = await send('GET', `/v1/catalog/${path}`);
    expect([response.status, await response.text()]).toEqual([400, text]);
    expect(rpc.calls).toEqual([]);
  });
});

describe('answers', () => {
  it('go out as they came when nothing changes them', async () => {
    rpc.answer = { index: 7, body: '[ {"as":"is"} ]' };
    expect(await (await send('GET', '/v1/catalog/nodes')).text()).toBe('[ {"as":"is"} ]');
  });

  it('say null for an unknown node', async () => {
    rpc.answer = { index: 7, body: '' };
    expect(await (await send('GET', '/v1/catalog/node/none')).text()).toBe('null');
    expect(await (await send('GET', '/v1/catalog/node/none?filter=Port==1')).text()).toBe('null');
  });

  it('list no services of an unknown node, where a filter has looked', async () => {
    rpc.answer = { index: 7, body: '{"Node":null,"Services":null}' };
    const read = async (query: string) =>
      (await send('GET', `/v1/catalog/node-services/none${query}`)).text();
    expect(await read('')).toBe('{"Node":null,"Services":null}');
    expect(await read('?filter=Port==1')).toBe('{"Node":null,"Services":[]}');
  });

  it('name the one datacenter, without an index', async () => {
    const response = await send('GET', '/v1/catalog/datacenters');
    expect(await response.json()).toEqual(['dc1']);
    expect(response.headers.has('x-consul-index')).toBe(false);
    expect(rpc.calls).toEqual([]);
  });

  it.each([
    [
      'nodes',
      [{ Node: 'a', Meta: { z: '1' } }, { Node: 'b' }],
      'Meta.z == "1"',
      [{ Node: 'a', Meta: { z: '1' } }],
    ],
    [
      'service/w',
      [{ ServicePort: 1 }, { ServicePort: 2 }],
      'ServicePort == 2',
      [{ ServicePort: 2 }],
    ],
    [
      'node/n',
      { Node: {}, Services: { a: { Port: 1 }, b: { Port: 2 } } },
      'Port == 1',
      { Node: {}, Services: { a: { Port: 1 } } },
    ],
    [
      'node-services/n',
      { Node: {}, Services: [{ Port: 1 }, { Port: 2 }] },
      'Port == 1',
      { Node: {}, Services: [{ Port: 1 }] },
    ],
    ['node-services/n', { Node: null, Services: null }, 'Port == 1', { Node: null, Services: [] }],
    [
      'services',
      [
        { ServiceName: 'b', ServiceTags: ['y', 'x'], ServicePort: 1 },
        { ServiceName: 'b', ServiceTags: ['z', 'x'], ServicePort: 1 },
        { ServiceName: 'a', ServiceTags: [], ServicePort: 1 },
        { ServiceName: 'c', ServiceTags: [], ServicePort: 2 },
      ],
      'ServicePort == 1',
      { a: [], b: ['x', 'y', 'z'] },
    ],
  ])('of %s are filtered', async (path, answer, filter, kept) => {
    rpc.answer = { index: 7, body: JSON.stringify(answer) };
    const response = await send('GET', `/v1/catalog/${path}?filter=${encodeURIComponent(filter)}`);
    expect(await response.json()).toEqual(kept);
  });

  it('that fail carry the headers of a query', async () => {
    rpc.answer = new RPCError('unknown-datacenter', 'No path to datacenter');
    for (const path of ['nodes?dc=dc9', 'nodes?filter=Nope==1']) {
      const response = await send('GET', `/v1/catalog/${path}`);
      expect(response.status).toBe(500);
      expect(response.headers.get('x-consul-index')).toBe('1');
      expect(response.headers.get('x-consul-knownleader')).toBe('false');
      expect(response.headers.get('content-type')).toMatch(/^text\/plain/);
    }
  });
});
