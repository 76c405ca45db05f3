import { beforeEach, describe, expect, it } from 'vitest';
import { RPCError } from '../../protocol/errors.ts';
import { RecordingRPC, serve } from '../testing/recording-rpc.ts';
import { operatorRoutes } from './operator.ts';

const UUID = '8f246b77-f3e1-ff88-5b48-8ec93abf3e05';

let rpc: RecordingRPC;
let send: ReturnType<typeof serve>;

beforeEach(() => {
  rpc = new RecordingRPC();
  send = serve(operatorRoutes, rpc);
  const info = { Datacenter: 'dc1', UUID, Index: 42, ConstructedAt: 0 };
  rpc.answer = { index: 42, body: JSON.stringify(info) };
});

async function get(path: string): Promise<unknown> {
  const response = await send('GET', path);
  expect(response.status).toBe(200);
  return response.json();
}

describe('one server that leads, votes and is healthy', () => {
  it('in the Raft configuration', async () => {
    expect(await get('/v1/operator/raft/configuration')).toEqual({
      Servers: [
        {
          ID: UUID,
          Node: 'dc1',
          Address: 'localhost:443',
          Leader: true,
          ProtocolVersion: '3',
          Voter: true,
          LastIndex: 42,
        },
      ],
      Index: 0,
    });
  });

  it('to Autopilot', async () => {
    expect(await get('/v1/operator/autopilot/health')).toMatchObject({
      Healthy: true,
      FailureTolerance: 0,
      Servers: [{ ID: UUID, Leader: true, Voter: true, Healthy: true, LastIndex: 42 }],
    });
    expect(await get('/v1/operator/autopilot/state')).toMatchObject({
      Leader: UUID,
      Voters: [UUID],
      Servers: { [UUID]: { Status: 'leader', NodeType: 'voter' } },
    });
  });

  it.each([
    '/v1/operator/raft/configuration',
    '/v1/operator/autopilot/health',
    '/v1/operator/autopilot/state',
  ])('%s is no claim about a datacenter that does not answer', async (path) => {
    rpc.answer = new RPCError('unavailable', 'No cluster leader');
    const response = await send('GET', path);
    expect([response.status, await response.text()]).toEqual([500, 'No cluster leader']);
  });
});

describe('what would change the servers is refused with the reason', () => {
  it.each([
    ['DELETE', '/v1/operator/raft/peer', 400, /^Must specify either \?id/],
    ['DELETE', '/v1/operator/raft/peer?id=a&address=b', 400, /^Must specify only one/],
    ['DELETE', '/v1/operator/raft/peer?id=zz', 500, /^id "zz" was not found/],
    ['DELETE', '/v1/operator/raft/peer?address=1.2.3.4:1', 500, /^address "1.2.3.4:1" was not/],
    ['DELETE', `/v1/operator/raft/peer?id=${UUID}`, 501, /the only one cannot be removed$/],
    ['DELETE', '/v1/operator/raft/peer?address=localhost:443', 501, /cannot be removed$/],
    ['POST', '/v1/operator/raft/transfer-leader', 500, /^cannot find peer$/],
    ['POST', '/v1/operator/raft/transfer-leader?id=zz', 500, /^Could not find address for .* zz$/],
    ['POST', `/v1/operator/raft/transfer-leader?id=${UUID}`, 501, /leads already/],
  ])('%s %s: %i', async (method, path, status, text) => {
    const response = await send(method, path);
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(text);
  });
});

describe("Autopilot's configuration", () => {
  const PATH = '/v1/operator/autopilot/configuration';
  const put = (body: string, query = '') => send('PUT', PATH + query, body);
  const DEFAULTS = {
    CleanupDeadServers: true,
    LastContactThreshold: '200ms',
    MaxTrailingLogs: 250,
    MinQuorum: 0,
    ServerStabilizationTime: '10s',
    RedundancyZoneTag: '',
    DisableUpgradeMigration: false,
    UpgradeVersionTag: '',
  };

  it('is asked of the datacenter', async () => {
    rpc.answer = { index: 5, body: '{"CleanupDeadServers":true}' };
    expect(await get(PATH)).toEqual({ CleanupDeadServers: true });
    expect(rpc.calls).toMatchObject([{ method: 'autopilot.get' }]);
  });

  it.each([
    ['{}', '', {}],
    ['null', '', {}],
    ['{"cleanupdeadservers":false,"ModifyIndex":9}', '', { CleanupDeadServers: false }],
    ['{"LastContactThreshold":"90s"}', '', { LastContactThreshold: '1m30s' }],
    ['{"LastContactThreshold":1500000000}', '', { LastContactThreshold: '1.5s' }],
    ['{"MinQuorum":3}', '?cas=7', { MinQuorum: 3 }],
  ])('%s%s is written upon the defaults', async (body, query, given) => {
    rpc.answer = { index: 5, body: 'true' };
    expect(await (await put(body, query)).text()).toBe('true');
    const args = {
      configuration: { ...DEFAULTS, ...given },
      ...(query === '' ? {} : { cas: 7 }),
    };
    expect(rpc.calls).toMatchObject([{ method: 'autopilot.set', args }]);
  });

  it.each([
    ['', '', 'Error parsing autopilot config: EOF'],
    ['{"Bogus":1}', '', 'Error parsing autopilot config: json: unknown field "Bogus"'],
    [
      '{"LastContactThreshold":"abc"}',
      '',
      'Error parsing autopilot config: time: invalid duration "abc"',
    ],
    [
      '{"MinQuorum":-1}',
      '',
      'Error parsing autopilot config: json: cannot unmarshal number -1 into Go struct field AutopilotConfiguration.MinQuorum of type uint',
    ],
    ['{}', '?cas=', 'Error parsing cas value: strconv.ParseUint: parsing "": invalid syntax'],
    ['{}', '?cas=x', 'Error parsing cas value: strconv.ParseUint: parsing "x": invalid syntax'],
  ])('%s%s is refused', async (body, query, words) => {
    const response = await put(body, query);
    expect([response.status, await response.text()]).toEqual([400, words]);
    expect(rpc.calls).toEqual([]);
  });
});

describe('usage', () => {
  it('is that of one datacenter, with the facts of the query beside it', async () => {
    const usage = { Services: 2, ServiceInstances: 3, Nodes: 1 };
    rpc.answer = { index: 18, body: JSON.stringify(usage) };
    const response = await send('GET', '/v1/operator/usage?global');
    expect(await response.json()).toEqual({
      Usage: { dc1: usage },
      Index: 18,
      LastContact: 0,
      KnownLeader: true,
      ConsistencyLevel: 'leader',
      NotModified: false,
      Backend: 0,
      ResultsFilteredByACLs: false,
    });
    expect(response.headers.get('x-consul-index')).toBe('18');
    expect(response.headers.get('x-consul-effective-consistency')).toBe('leader');
  });

  it('blocks by index', async () => {
    rpc.answer = { index: 18, body: '{}' };
    await send('GET', '/v1/operator/usage?index=17');
    expect(rpc.calls).toMatchObject([{ method: 'operator.usage', minIndex: 17 }]);
  });
});
