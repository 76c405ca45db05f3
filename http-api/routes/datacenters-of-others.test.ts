/** What endpoints do that speak of datacenters, or of the server of one. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { KnownServer } from '../../protocol/types/datacenters.ts';
import { RPCError } from '../../protocol/errors.ts';
import { createAPI } from '../fetch-adapter.ts';
import type { APIContext } from '../route.ts';
import { NO_SNAPSHOTS, RecordingRPC } from '../testing/recording-rpc.ts';
import { gatewayRoutes } from './gateways.ts';
import { operatorRoutes } from './operator.ts';
import { sessionRoutes } from './session.ts';
import { statusRoutes } from './status.ts';

let rpc: RecordingRPC;

beforeEach(() => {
  rpc = new RecordingRPC();
  rpc.answer = { index: 3, body: '{"UUID":"u","Datacenter":"dc2","Index":3,"ConstructedAt":0}' };
});

function serve(more: Partial<APIContext>) {
  const limits = {
    kvMaxValueBytes: 1,
    txnMaxBytes: 1,
    defaultQueryTimeMs: 1,
    maxQueryTimeMs: 1,
  };
  const context = { rpc, snapshots: NO_SNAPSHOTS, limits, datacenter: 'dc1', nodeName: 'n1' };
  const routes = [...statusRoutes, ...operatorRoutes, ...sessionRoutes, ...gatewayRoutes];
  const app = createAPI(routes, { context: { ...context, ...more } });
  return async (path: string, method = 'GET'): Promise<{ status: number; body: unknown }> => {
    const response = await app.request(`http://127.0.0.1:80${path}`, { method });
    const text = await response.text();
    return { status: response.status, body: response.ok ? JSON.parse(text) : text };
  };
}

const SERVERS: Record<string, KnownServer> = {
  '': { Datacenter: 'dc1', ID: 'i1', Node: 's1', Address: '10.0.0.1:8300', Version: '1.21.0' },
  dc2: { Datacenter: 'dc2', ID: 'i2', Node: 's2', Address: '10.0.0.2:8300', Version: '' },
};

describe('the server of a datacenter', () => {
  const serverOf = async (datacenter: string) => SERVERS[datacenter];

  it.each([
    ['', 's1', '10.0.0.1:8300'],
    ['?dc=dc2', 's2', '10.0.0.2:8300'],
  ])('%j is %s', async (query, Node, Address) => {
    const get = serve({ serverOf });
    expect((await get(`/v1/status/leader${query}`)).body).toBe(Address);
    expect((await get(`/v1/status/peers${query}`)).body).toEqual([Address]);
    const raft = await get(`/v1/operator/raft/configuration${query}`);
    expect(raft.body).toMatchObject({ Servers: [{ Node, Address }] });
    const state = await get(`/v1/operator/autopilot/state${query}`);
    expect(Object.values((state.body as { Servers: object }).Servers)).toMatchObject([
      { Name: Node, Meta: { 'consul-version': '1.21.0' } },
    ]);
  });

  it('that nobody tells of stands for itself', async () => {
    const raft = await serve({ serverOf })('/v1/operator/raft/configuration?dc=dc3');
    expect(raft.body).toMatchObject({ Servers: [{ ID: 'u', Node: 'dc2' }] });
  });
});

describe('usage of all', () => {
  it('is that of those that answer', async () => {
    const others = async () => ['dc2', 'dc3'];
    rpc.answer = { index: 3, body: '{"Nodes":1}' };
    const call = rpc.call.bind(rpc);
    rpc.call = async (method, args, options) => {
      if (options.datacenter === 'dc3') throw new RPCError('unknown-datacenter', 'gone');
      return call(method, args, options);
    };
    const get = serve({ otherDatacenters: others });
    const usage = async (query: string) =>
      ((await get(`/v1/operator/usage${query}`)).body as { Usage: object }).Usage;
    expect(await usage('?global')).toEqual({ dc1: { Nodes: 1 }, dc2: { Nodes: 1 } });
    expect(await usage('?dc=dc2')).toEqual({ dc1: { Nodes: 1 } });
  });
});

describe('a session of another datacenter', () => {
  it.each([
    [false, '?dc=dc2', 500],
    [false, '?dc=dc1', 200],
    [false, '', 200],
    [true, '?dc=dc2', 200],
  ])('server %j, %j: %d', async (isServer, query, status) => {
    rpc.answer = { index: 3, body: '{"ID":"x"}' };
    expect((await serve({ isServer })(`/v1/session/create${query}`, 'PUT')).status).toBe(status);
    expect(rpc.calls).toHaveLength(status === 200 ? 1 : 0);
  });
});

it('exported services are those of here, whatever ?dc= names', async () => {
  rpc.answer = { index: 3, body: '[]' };
  expect((await serve({})('/v1/exported-services?dc=dc9')).body).toEqual([]);
  expect(rpc.calls).toMatchObject([{ options: { datacenter: '' } }]);
});
