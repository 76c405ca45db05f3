import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SnapshotStore } from '../../../http-api/snapshot-store.ts';
import type { Answer } from '../../../http-api/server-rpc.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { Federation, type FederationOptions } from './federation.ts';
import type { Member } from '../../gossip/serf/member.ts';
import { LogHub, Logger } from '../../lib/log.ts';
import type { OwnNode } from '../host/node-registration.ts';

const at = (x: number) => ({
  Vec: [x, 0, 0, 0, 0, 0, 0, 0],
  Error: 1,
  Adjustment: 0,
  Height: 1e-5,
});
const options = { token: '', datacenter: '', consistency: 'default', cached: false } as const;
let coordinates: Map<string, ReturnType<typeof at>>;
let members: { name: string; tags: Member['tags'] }[];
let federation: Federation;
let localCalls: string[];
let createFederation: (more: Partial<FederationOptions>) => Federation;

/** The part of a cluster that a federation looks at. */
function fakeCluster(): Cluster {
  const pool = {
    coordinate: () => at(0),
    members: () => members,
    coordinateOf: (name: string) => coordinates.get(name),
  };
  return {
    datacenters: () => ['dc1', ...new Set(members.map(({ tags }) => tags['dc'] ?? ''))],
    pool: () => pool,
    keys: () => [],
    members: () => members,
    ownAddress: '127.0.0.1',
  } as unknown as Cluster;
}

beforeEach(() => {
  localCalls = [];
  coordinates = new Map();
  members = [];
  const answer: Answer = { index: 1, body: '[]' };
  const local = {
    call: async (method: string) => {
      localCalls.push(method);
      return answer;
    },
    watch: async () => answer,
  } as unknown as FederationOptions['local'];
  const localSnapshots: SnapshotStore = {
    save: () => Promise.reject(new Error('saved here')),
    restore: () => Promise.reject(new Error('restored here')),
  };
  createFederation = (more) =>
    new Federation({
      own: { name: 'n1', id: 'id', datacenter: 'dc1' } as OwnNode,
      epoch: 'e',
      local,
      localSnapshots,
      cluster: fakeCluster,
      edgeToken: () => '',
      dialOwn: null,
      log: new Logger(new LogHub(), 'test'),
      now: () => Date.now(),
      ...more,
    });
  federation = createFederation({});
});
afterEach(() => federation.stop());

describe('other datacenters', () => {
  it('are sorted by the median distance to their servers, then by name', async () => {
    const servers: [string, string, number | undefined][] = [
      ['a.far', 'far', 0.2],
      ['a.near', 'near', 0.01],
      ['b.near', 'near', 0.9],
      ['c.near', 'near', 0.02],
      ['a.unknown-2', 'unknown-2', undefined],
      ['a.unknown-1', 'unknown-1', undefined],
    ];
    for (const [name, dc, x] of servers) {
      members.push({ name, tags: { dc } });
      if (x !== undefined) coordinates.set(name, at(x));
    }
    expect(await federation.otherDatacenters()).toEqual(['near', 'far', 'unknown-1', 'unknown-2']);
  });
});

describe('a call', () => {
  it.each(['', 'dc1'])('for %o stays here', async (datacenter) => {
    await federation.call('kv.get', { key: 'a' }, { ...options, datacenter });
    expect(localCalls).toEqual(['kv.get']);
  });

  it('for a datacenter that nobody knows is refused at once', async () => {
    const call = () => federation.call('kv.get', { key: 'a' }, { ...options, datacenter: 'dc9' });
    await expect(call()).rejects.toThrow('No path to datacenter');
  });

  it('for one that does not answer fails within two seconds, with its name', async () => {
    members.push({ name: 'a.dc2', tags: { dc: 'dc2' } });
    const startedAt = performance.now();
    const call = federation.call('kv.get', { key: 'a' }, { ...options, datacenter: 'dc2' });
    await expect(call).rejects.toThrow('no server currently reachable: dc2');
    expect(performance.now() - startedAt).toBeLessThan(3000);
    expect(localCalls).toEqual([]);
  });
});

describe('an agent in no WAN pool', () => {
  let list: { Others: string[]; Maps: null };
  let asked: string[];
  let client: Federation;
  let server: http.Server;
  let now: number;

  beforeEach(async () => {
    now = 1_000_000;
    asked = [];
    list = { Others: ['dc3', 'dc2'], Maps: null };
    server = http.createServer((request, response) => {
      asked.push(`${request.url} ${request.headers.authorization}`);
      response.end(JSON.stringify(list));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    client = createFederation({
      dialOwn: async () => ({ url: `http://127.0.0.1:${port}`, authorization: 'Bearer t' }),
      now: () => now,
    });
  });
  afterEach(() => {
    client.stop();
    server.close();
  });

  it('asks its control plane, in whose order they come', async () => {
    expect(await client.otherDatacenters()).toEqual(['dc3', 'dc2']);
    expect(asked).toEqual(['/lictor/datacenters Bearer t']);
    expect(client.knows('dc2')).toBe(true);
    expect(await client.dial('dc2')).toMatchObject({
      authorization: 'Bearer t',
      datacenter: 'dc2',
    });
  });

  it('asks at most once a second, however many names it does not know', async () => {
    for (let i = 0; i < 50; i++) {
      expect(client.knows(`x${i}`)).toBe(false);
      const call = client.call('kv.get', { key: 'a' }, { ...options, datacenter: `x${i}` });
      await expect(call).rejects.toThrow('No path to datacenter');
    }
    expect(asked).toHaveLength(1);
    list = { Others: ['dc4'], Maps: null };
    now += 1000;
    expect(await client.otherDatacenters()).toEqual(['dc4']);
  });

  it('keeps what it was told while the control plane is away', async () => {
    await client.otherDatacenters();
    await new Promise((resolve) => server.close(resolve));
    now += 5000;
    expect(await client.otherDatacenters()).toEqual(['dc3', 'dc2']);
  });
});

describe('a snapshot', () => {
  it('of this datacenter is taken here, one of a datacenter that nobody knows is not', async () => {
    const { snapshots } = federation;
    await expect(snapshots.save(options)).rejects.toThrow('saved here');
    const archive = new Blob([]).stream();
    await expect(snapshots.restore(archive, { ...options, datacenter: 'dc1' })).rejects.toThrow(
      'restored here',
    );
    await expect(snapshots.save({ ...options, datacenter: 'nowhere' })).rejects.toThrow(
      'No path to datacenter',
    );
  });
});
