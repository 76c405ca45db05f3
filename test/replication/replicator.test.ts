import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReplicationState } from '../../protocol/types/replication.ts';
import { BoundRPC } from '../../sidecar/replication/bound-rpc.ts';
import { ConfigStream } from '../../sidecar/replication/config-stream.ts';
import { type KVMirror, KVStream } from '../../sidecar/replication/kv-stream.ts';
import { Replicator } from '../../sidecar/replication/replicator.ts';
import type { ReplicatedStream } from '../../sidecar/replication/stream.ts';
import { PairRPC } from './memory-datacenters.ts';

const MIRROR: KVMirror = { datacenter: 'dc1', prefix: 'a/', destination: 'b/', exclude: [] };

let rpc: PairRPC;
let replicator: Replicator | null;
let warnings: string[];

beforeEach(() => {
  rpc = new PairRPC();
  replicator = null;
  warnings = [];
});
afterEach(() => replicator?.stop());

function start(stream: ReplicatedStream = new KVStream(MIRROR)): void {
  replicator?.stop();
  replicator = new Replicator({
    stream,
    source: new BoundRPC(rpc, 'dc1', () => ''),
    follower: new BoundRPC(rpc, '', () => ''),
    log: { info: () => {}, warn: (text) => warnings.push(text) },
    // Waits pass at once, but not within one turn: whoever spins would stop the test.
    pause: () => new Promise((resolve) => setTimeout(resolve, 1)),
    random: () => 0,
  });
}

const state = (): ReplicationState | undefined => rpc.follower.json('replication.list', {})[0];
const settled = (work: () => void): Promise<void> =>
  vi.waitFor(work, { timeout: 5_000, interval: 2 });
/** The source's place is told by its last change that was wanted. */
const follows = (pairs: Record<string, string>): Promise<void> =>
  settled(() => {
    expect(rpc.follower.pairs()).toEqual(pairs);
    expect(state()?.Position).not.toBe('');
  });

describe('a mirror of keys', () => {
  it('copies what is there, what comes and what goes, and nothing else', async () => {
    rpc.source.put('a/1', 'one', '18446744073709551615');
    rpc.source.put('other', 'x');
    rpc.follower.put('own', 'kept');
    start();
    await follows({ own: 'kept', 'b/1': 'one 18446744073709551615' });
    rpc.source.put('a/2', 'two', '9007199254740993');
    rpc.source.put('other', 'y');
    rpc.source.put('a/1', 'changed');
    rpc.source.put('a/1', 'changed again');
    await follows({ own: 'kept', 'b/1': 'changed again', 'b/2': 'two 9007199254740993' });
    rpc.source.call('kv.apply', { verb: 'delete-tree', key: 'a/' });
    await follows({ own: 'kept' });
    expect(warnings).toEqual([]);
  });

  it('leaves alone what is excluded, on both sides', async () => {
    rpc.source.put('a/1', 'one');
    rpc.source.put('a/secret/x', 'not for all');
    rpc.follower.put('b/secret/y', 'of here');
    start(new KVStream({ ...MIRROR, exclude: ['a/secret/'] }));
    await follows({ 'b/1': 'one', 'b/secret/y': 'of here' });
    rpc.source.put('a/secret/x', 'still not');
    rpc.source.put('a/1', 'two');
    await follows({ 'b/1': 'two', 'b/secret/y': 'of here' });
  });

  it('takes more than fits one page or one batch', async () => {
    const expected: Record<string, string> = {};
    for (let i = 0; i < 2_500; i++) {
      rpc.source.put(`a/${i}`, String(i));
      expected[`b/${i}`] = String(i);
    }
    start();
    await follows(expected);
    for (let i = 0; i < 1_700; i++) {
      rpc.source.put(`a/${i}`, 'new');
      expected[`b/${i}`] = 'new';
    }
    await follows(expected);
  });

  it('a lock that is held here stays held', async () => {
    rpc.follower.call('catalog.register', { Node: 'n1', Address: '10.0.0.1' });
    const args = { Node: 'n1', LockDelayMs: 0, NodeChecks: [], ServiceChecks: [] };
    const { ID: session } = rpc.follower.json('session.create', args);
    rpc.follower.call('kv.apply', { verb: 'lock', key: 'b/1', value: 'eA==', session });
    rpc.source.put('a/1', 'one');
    start();
    await follows({ 'b/1': 'one' });
    expect(rpc.follower.json('kv.get', { key: 'b/1' })[0]?.Session).toBe(session);
  });

  it('an equal write takes no index here', async () => {
    rpc.source.put('a/1', 'one');
    start();
    await follows({ 'b/1': 'one' });
    const { Index } = rpc.follower.json('status.datacenter', {});
    rpc.source.delete('a/1');
    rpc.source.put('a/1', 'one');
    const { Index: reached } = rpc.source.json('status.datacenter', {});
    await settled(() => expect(state()?.Position).toBe(String(reached)));
    expect(rpc.follower.json('status.datacenter', {}).Index).toBe(Index);
  });
});

describe('after an outage', () => {
  it('goes on from where it was, without reading everything again', async () => {
    rpc.source.put('a/1', 'one');
    start();
    await follows({ 'b/1': 'one' });
    replicator?.stop();
    rpc.source.put('a/2', 'two');
    rpc.source.delete('a/1');
    rpc.asked.length = 0;
    start();
    await follows({ 'b/2': 'two' });
    expect(rpc.asked).not.toContain('kv.page');
  });

  it('of the source it says why it waits, and that it goes on', async () => {
    rpc.source.put('a/1', 'one');
    rpc.source.isAway = true;
    start();
    await settled(() => expect(state()?.Problem).toBe('it is away'));
    rpc.source.isAway = false;
    await follows({ 'b/1': 'one' });
    await settled(() => expect(state()?.Problem).toBe(''));
  });

  it('of the follower it misses nothing', async () => {
    rpc.source.put('a/1', 'one');
    start();
    await follows({ 'b/1': 'one' });
    rpc.follower.isAway = true;
    rpc.source.put('a/2', 'two');
    await settled(() => expect(warnings.length).toBeGreaterThan(1));
    rpc.follower.isAway = false;
    await follows({ 'b/1': 'one', 'b/2': 'two' });
  });

  it('so long that the log was cut it compares everything', async () => {
    for (const key of ['a/1', 'a/2', 'a/3']) rpc.source.put(key, 'old');
    start();
    await follows({ 'b/1': 'old', 'b/2': 'old', 'b/3': 'old' });
    replicator?.stop();
    for (const key of ['a/1', 'a/2', 'a/3']) rpc.source.delete(key);
    rpc.source.put('other', 'x');
    rpc.source.put('other', 'y');
    rpc.source.trimLog();
    start();
    // The same database, which says that it has nothing below the prefix: it is believed.
    await follows({});
  });

  it('what was written here by others is put right when everything is compared', async () => {
    rpc.source.put('a/1', 'one');
    rpc.source.put('a/2', 'two');
    start();
    await follows({ 'b/1': 'one', 'b/2': 'two' });
    replicator?.stop();
    rpc.follower.put('b/1', 'meddled');
    rpc.follower.put('b/extra', 'x');
    rpc.follower.call('replication.forget', { name: 'kv/b/' });
    start();
    await follows({ 'b/1': 'one', 'b/2': 'two' });
  });
});

describe('the guard', () => {
  beforeEach(async () => {
    for (let i = 0; i < 4; i++) rpc.source.put(`a/${i}`, 'x');
    start();
    await follows({ 'b/0': 'x', 'b/1': 'x', 'b/2': 'x', 'b/3': 'x' });
    replicator?.stop();
  });
  const refused = (): Promise<void> =>
    settled(() => expect(state()?.Problem).toContain('nothing is deleted'));

  it.each([
    ['empty', 0],
    ['without most of it', 1],
  ])('another database %s erases nothing, until an operator says so', async (_what, keys) => {
    rpc.source.replace();
    for (let i = 0; i < keys; i++) rpc.source.put(`a/${i}`, 'new');
    start();
    await refused();
    expect(Object.keys(rpc.follower.pairs())).toHaveLength(4);
    expect(rpc.follower.pairs()['b/0']).toBe('x');
    expect(rpc.follower.json('replication.force', { name: 'kv/b/' })).toBe(true);
    await follows(keys === 0 ? {} : { 'b/0': 'new' });
    await settled(() => expect(state()).toMatchObject({ Problem: '', Forced: false }));
  });

  it('another database with most of it is followed', async () => {
    rpc.source.replace();
    for (let i = 0; i < 3; i++) rpc.source.put(`a/${i}`, 'new');
    start();
    await follows({ 'b/0': 'new', 'b/1': 'new', 'b/2': 'new' });
  });

  it('a source that was restored to less erases nothing', async () => {
    for (let i = 0; i < 4; i++) rpc.source.delete(`a/${i}`);
    rpc.source.restored();
    start();
    await refused();
    expect(Object.keys(rpc.follower.pairs())).toHaveLength(4);
  });

  it('a source that fills again is followed without an operator', async () => {
    rpc.source.replace();
    start();
    await refused();
    for (let i = 0; i < 4; i++) rpc.source.put(`a/${i}`, 'back');
    await follows({ 'b/0': 'back', 'b/1': 'back', 'b/2': 'back', 'b/3': 'back' });
  });

  it('keys that were here before anything was followed are not erased either', async () => {
    rpc.follower.call('replication.forget', { name: 'kv/b/' });
    rpc.source.call('kv.apply', { verb: 'delete-tree', key: 'a/' });
    start();
    await refused();
    expect(Object.keys(rpc.follower.pairs())).toHaveLength(4);
  });
});

describe('configuration entries of the primary', () => {
  const entry = (Kind: string, Name: string, more: object = {}) => ({ Kind, Name, ...more });
  const apply = (value: object): void => void rpc.source.call('config.apply', { entry: value });
  const entries = (): string[] =>
    (rpc.follower.json('config.list', { kind: '' }) as { Kind: string; Name?: string }[]).map(
      ({ Kind, Name = '' }) => `${Kind}/${Name}`,
    );

  it('of every kind, also such as need one another, come and go', async () => {
    apply(entry('service-defaults', 'web', { Protocol: 'http' }));
    apply(entry('service-router', 'web', { Routes: [] }));
    apply({ Kind: 'mesh', TransparentProxy: { MeshDestinationsOnly: true } });
    apply(entry('service-intentions', 'Web', { Sources: [{ Name: 'api', Action: 'allow' }] }));
    start(new ConfigStream('dc1'));
    const all = ['mesh/', 'service-defaults/web', 'service-intentions/Web', 'service-router/web'];
    await settled(() => expect(entries().toSorted()).toEqual(all));
    const body = (dc: 'source' | 'follower', kind: string): unknown => {
      const {
        CreateIndex: _c,
        ModifyIndex: _m,
        ...rest
      } = rpc[dc].json('config.get', {
        kind,
        name: 'web',
      });
      return rest;
    };
    expect(body('follower', 'service-router')).toEqual(body('source', 'service-router'));
    rpc.source.call('config.delete', { kind: 'service-router', name: 'web' });
    rpc.source.call('config.delete', { kind: 'service-defaults', name: 'WEB' });
    apply(entry('service-resolver', 'web', { ConnectTimeout: '15s' }));
    const rest = ['mesh/', 'service-intentions/Web', 'service-resolver/web'];
    await settled(() => expect(entries().toSorted()).toEqual(rest));
    expect(body('follower', 'service-resolver')).toEqual(body('source', 'service-resolver'));
    expect(warnings).toEqual([]);
  });

  it('the last one that is deleted goes; a primary that lost all of them erases none', async () => {
    apply(entry('service-defaults', 'web'));
    start(new ConfigStream('dc1'));
    await settled(() => expect(entries()).toEqual(['service-defaults/web']));
    rpc.source.call('config.delete', { kind: 'service-defaults', name: 'web' });
    await settled(() => expect(entries()).toEqual([]));
    apply(entry('service-defaults', 'web'));
    await settled(() => expect(entries()).toEqual(['service-defaults/web']));
    replicator?.stop();
    rpc.source.replace();
    start(new ConfigStream('dc1'));
    await settled(() => expect(state()?.Problem).toContain('nothing is deleted'));
    expect(entries()).toEqual(['service-defaults/web']);
  });
});
