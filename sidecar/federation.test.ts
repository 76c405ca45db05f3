import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SnapshotStore } from '../http-api/snapshot-store.ts';
import type { Answer, ServerRPC } from '../http-api/server-rpc.ts';
import type { Cluster } from './cluster.ts';
import { Federation } from './federation.ts';
import type { Member } from './gossip/serf/member.ts';
import { LogHub, Logger } from './lib/log.ts';
import type { OwnNode } from './node-registration.ts';

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
  } as unknown as ServerRPC;
  const localSnapshots: SnapshotStore = {
    save: () => Promise.reject(new Error('saved here')),
    restore: () => Promise.reject(new Error('restored here')),
  };
  federation = new Federation({
    own: { name: 'n1', id: 'id', datacenter: 'dc1' } as OwnNode,
    epoch: 'e',
    local,
    localSnapshots,
    cluster: fakeCluster,
    edgeToken: '',
    log: new Logger(new LogHub(), 'test'),
    now: () => Date.now(),
  });
});
afterEach(() => federation.stop());

describe('other datacenters', () => {
  it('are sorted by the median distance to their servers, then by name', () => {
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
    expect(federation.otherDatacenters()).toEqual(['near', 'far', 'unknown-1', 'unknown-2']);
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
