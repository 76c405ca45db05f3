import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { RPCError } from '../../protocol/errors.ts';
import { createAPI } from '../fetch-adapter.ts';
import { NO_SNAPSHOTS, RecordingRPC, serve } from '../testing/recording-rpc.ts';
import { coordinateRoutes } from './coordinate.ts';

let rpc: RecordingRPC;
let send: ReturnType<typeof serve>;

const Coord = { Vec: [1, 2, 3, 4, 5, 6, 7, 8], Error: 0.5, Adjustment: 0, Height: 0.1 };
const ENTRIES = [
  { Node: 'n', Segment: '', Coord },
  { Node: 'n', Segment: 'alpha', Coord },
];
const PATH = '/v1/coordinate';
const LIMITS = { kvMaxValueBytes: 1, txnMaxBytes: 1, defaultQueryTimeMs: 1, maxQueryTimeMs: 1 };

beforeEach(() => {
  rpc = new RecordingRPC();
  rpc.answer = { index: 7, body: JSON.stringify(ENTRIES) };
  send = serve(coordinateRoutes, rpc);
});

describe('reads', () => {
  it.each([
    ['nodes', ['', 'alpha']],
    ['nodes?segment', ['']],
    ['nodes?segment=alpha', ['alpha']],
    ['nodes?segment=none', []],
    ['node/n', ['', 'alpha']],
    ['node/n?segment=alpha', ['alpha']],
  ])('%s gives the segments %j', async (path, segments) => {
    const response = await send('GET', `${PATH}/${path}`);
    const entries = (await response.json()) as typeof ENTRIES;
    expect(entries.map(({ Segment }) => Segment)).toEqual(segments);
    expect(response.headers.get('x-consul-index')).toBe('7');
    expect(response.headers.get('x-consul-effective-consistency')).toBeNull();
  });

  it('a node without a coordinate is 404 with the headers of a query', async () => {
    const response = await send('GET', `${PATH}/node/n?segment=none`);
    expect([response.status, await response.text()]).toEqual([404, '']);
    expect(response.headers.get('x-consul-knownleader')).toBe('true');
  });

  it.each([
    ['nodes?index=5', 'coordinate.nodes', {}],
    ['node/a%20b?index=5', 'coordinate.node', { node: 'a b' }],
  ])('%s blocks', async (path, method, args) => {
    await send('GET', `${PATH}/${path}`);
    expect(rpc.calls).toMatchObject([{ method, args, minIndex: 5 }]);
  });

  it('datacenters neither blocks nor goes elsewhere', async () => {
    await send('GET', `${PATH}/datacenters?dc=dc9&index=x`);
    expect(rpc.calls).toEqual([
      {
        method: 'coordinate.datacenters',
        args: {},
        options: { token: '', datacenter: '', consistency: 'default', cached: false },
      },
    ]);
  });

  it('datacenters are those that the agent knows, if it knows more than its own', async () => {
    const maps = [{ Datacenter: 'dc2', AreaID: 'wan', Coordinates: ENTRIES }];
    const base = { rpc, snapshots: NO_SNAPSHOTS, limits: LIMITS };
    const context = { ...base, datacenter: 'dc1', nodeName: 'n1' };
    const app = createAPI(coordinateRoutes, {
      context: { ...context, datacenterMaps: async () => maps },
    });
    const response = await app.request(`http://127.0.0.1${PATH}/datacenters`);
    expect(await response.json()).toEqual(maps);
    expect(rpc.calls).toEqual([]);
  });

  it.each(['nodes?partition=x', 'node/n?partition=x'])('%s is 400', async (path) => {
    expect((await send('GET', `${PATH}/${path}`)).status).toBe(400);
  });

  it('an unknown datacenter is 500 with the headers of a query', async () => {
    rpc.answer = new RPCError('unknown-datacenter', 'No path to datacenter');
    const response = await send('GET', `${PATH}/nodes?dc=dc9`);
    expect([response.status, response.headers.get('x-consul-index')]).toEqual([500, '1']);
  });
});

describe('an update', () => {
  const put = (body: unknown, query = '') =>
    send('PUT', `${PATH}/update${query}`, JSON.stringify(body));

  it('is sent with its fields, and answered with nothing', async () => {
    const response = await put({ node: 'n', Coord });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(rpc.calls).toMatchObject([
      { method: 'coordinate.update', args: { Node: 'n', Segment: '', Coord } },
    ]);
  });

  it.each([
    [{}, '?dc=dc2', 'dc2'],
    [{ Datacenter: 'dc3' }, '', 'dc3'],
    [{ Datacenter: 'dc3' }, '?dc=dc2', 'dc2'],
  ])('%j%s goes to %s', async (body, query, datacenter) => {
    await put({ ...body, Node: 'n', Coord }, query);
    expect(rpc.calls[0]!.options.datacenter).toBe(datacenter);
  });

  it.each([
    ['{"Coord":"here"}', 'json: cannot unmarshal string into Go struct field'],
    ['{"Coord":{"Vec":["a"]}}', 'of type float64'],
    ['{"Coord":{"Vec":[1e999]}}', 'of type float64'],
    ['{"Coord":{"Bogus":1}}', 'json: unknown field "Bogus"'],
    ['[]', 'cannot unmarshal array'],
    ['', 'EOF'],
  ])('%s is 400', async (body, message) => {
    const response = await send('PUT', `${PATH}/update`, body);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(message);
    expect(rpc.calls).toEqual([]);
  });

  it('is never an internal error, whatever the body', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), async (body) => {
        expect((await send('PUT', `${PATH}/update`, body)).status).toBeLessThan(500);
      }),
    );
  });
});

it('everything is 401 when coordinates are disabled', async () => {
  const context = {
    rpc,
    snapshots: NO_SNAPSHOTS,
    limits: LIMITS,
    datacenter: 'dc1',
    nodeName: 'n1',
    disableCoordinates: true,
  };
  const app = createAPI(coordinateRoutes, { context });
  const response = await app.request(`http://127.0.0.1${PATH}/nodes`);
  expect([response.status, await response.text()]).toEqual([401, 'Coordinate support disabled']);
});
