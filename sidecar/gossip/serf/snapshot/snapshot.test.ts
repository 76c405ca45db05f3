import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../testing/virtual-clock.ts';
import type { MemberEventKind, SerfEvent } from '../events.ts';
import { LamportClock } from '../lamport-clock.ts';
import { memberOf } from '../testing/members.ts';
import { memoryLog } from '../testing/memory-log.ts';
import { MemoryStorage } from '../testing/memory-storage.ts';
import { renderSnapshot, replaySnapshot } from './snapshot-format.ts';
import { SnapshotFile } from './snapshot-storage.ts';
import { readSnapshot, Snapshotter } from './snapshotter.ts';

const aliveOf = (text: string, rejoin = false): [string, string][] => [
  ...replaySnapshot(text, rejoin).state.alive,
];

describe('format', () => {
  // As serf 0.11 wrote it.
  const real =
    'alive: real-0 127.0.0.1:27100\nclock: 1\nalive: real 1 [::1]:27101\nclock: 2\nevent-clock: 3\n' +
    'query-clock: 9\nnot-alive: real-0\nclock: 5\n';

  it('a real one', () => {
    const { state, damaged } = replaySnapshot(real, false);
    expect(damaged).toBe(0);
    expect([...state.alive]).toEqual([['real 1', '[::1]:27101']]);
    expect(state).toMatchObject({ clock: 5, eventClock: 3, queryClock: 9 });
    expect(replaySnapshot(renderSnapshot(state), false).state).toEqual(state);
  });

  it('a leave forgets, unless the node is to rejoin', () => {
    expect(aliveOf(`${real}leave\n`)).toEqual([]);
    expect(replaySnapshot(`${real}leave\n`, false).state.eventClock).toBe(0);
    expect(aliveOf(`${real}leave\n`, true)).toHaveLength(1);
    expect(aliveOf(`${real}leave\nalive: b 10.0.0.2:1\n`)).toEqual([['b', '10.0.0.2:1']]);
  });

  it.each([
    ['a line cut short', 'alive: a 10.0.0.1:1\nalive: b 10.0.0', 1],
    ['noise', 'alive: a 10.0.0.1:1\n\0\0\0\n', 1],
    ['no address', 'alive: a 10.0.0.1:1\nalive: b\n', 1],
    ['no port', 'alive: a 10.0.0.1:1\nalive: b 10.0.0.2\n', 1],
    ['no number', 'alive: a 10.0.0.1:1\nclock: x\nclock: -1\nclock: 99999999999999999999\n', 3],
    ['an old coordinate and a remark', '# hello\nalive: a 10.0.0.1:1\ncoordinate: {}\n', 0],
  ])('%s costs its line only', (_, text, damaged) => {
    const result = replaySnapshot(text, false);
    expect(result.damaged).toBe(damaged);
    expect([...result.state.alive]).toEqual([['a', '10.0.0.1:1']]);
    expect(result.state.clock).toBe(0);
  });

  it('any text is read', () => {
    const prefix = fc.constantFrom(
      'alive: ',
      'not-alive: ',
      'clock: ',
      'event-clock: ',
      'leave',
      '',
    );
    const line = fc.tuple(prefix, fc.string()).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const { state } = replaySnapshot(lines.join('\n'), false);
        expect(replaySnapshot(renderSnapshot(state), false).state).toEqual(state);
      }),
    );
  });
});

function setUp(storage = new MemoryStorage(), rejoinAfterLeave = false) {
  const clock = new VirtualClock();
  const lamport = new LamportClock();
  lamport.increment();
  const { log, lines } = memoryLog();
  const options = { storage, rejoinAfterLeave, time: () => lamport.time, clock, log };
  const open = async (): Promise<Snapshotter> =>
    new Snapshotter(options, await readSnapshot(storage, rejoinAfterLeave, log));
  return { clock, lamport, storage, lines, open };
}

const members = (kind: MemberEventKind, ...names: string[]): SerfEvent => ({
  kind,
  members: names.map((name) => memberOf(name)),
});
const event = (lTime: number): SerfEvent => ({
  kind: 'user',
  name: 'e',
  payload: new Uint8Array(0),
  coalesce: false,
  lTime,
});

describe('snapshotter', () => {
  it('writes what happens, half a second later', async () => {
    const { clock, lamport, storage, open } = setUp();
    const snapshotter = await open();
    snapshotter.record(members('member-join', 'a', 'b'));
    snapshotter.record(members('member-failed', 'a'));
    snapshotter.record(event(7));
    snapshotter.record(event(6));
    lamport.witness(41);
    expect(storage.text).toBe('');
    await clock.advanceAsync(500);
    expect(storage.text.split('\n')).toEqual([
      'alive: a 10.0.0.1:7946',
      'alive: b 10.0.0.1:7946',
      'not-alive: a',
      'event-clock: 7',
      'clock: 41',
      '',
    ]);
    await snapshotter.stop();
    expect(storage).toMatchObject({ isClosed: true });
    expect(clock.pending).toBe(0);
  });

  it('a node that leaves finds nothing at its next start, and records no more', async () => {
    const { storage, open } = setUp();
    const snapshotter = await open();
    snapshotter.record(members('member-join', 'a'));
    await snapshotter.leave();
    expect(storage.syncs).toBe(1);
    snapshotter.record(members('member-join', 'b'));
    await snapshotter.stop();
    expect(storage.text.endsWith('leave\n')).toBe(true);
    expect(aliveOf(storage.text)).toEqual([]);
    expect(aliveOf(storage.text, true)).toHaveLength(1);
  });

  it('names with line breaks are not recorded', async () => {
    const { storage, open } = setUp();
    const snapshotter = await open();
    snapshotter.record(members('member-join', 'x\nleave', 'a'));
    await snapshotter.stop();
    expect(aliveOf(storage.text)).toEqual([['a', '10.0.0.1:7946']]);
  });

  it('compacts what has grown', async () => {
    const { clock, storage, open } = setUp();
    const snapshotter = await open();
    for (let round = 0; round < 6000; round++) {
      snapshotter.record(members(round % 2 === 0 ? 'member-join' : 'member-failed', 'flapping'));
    }
    snapshotter.record(members('member-join', 'steady'));
    await clock.advanceAsync(500);
    expect(storage.replacements).toBe(1);
    expect(storage.text.length).toBeLessThan(200);
    expect(aliveOf(storage.text)).toEqual([['steady', '10.0.0.1:7946']]);
    await snapshotter.stop();
  });

  it('a damaged file is written anew', async () => {
    const { clock, storage, open } = setUp(new MemoryStorage('alive: a 10.0.0.1:1\nalive: b 10.'));
    const snapshotter = await open();
    await clock.advanceAsync(500);
    expect(aliveOf(storage.text)).toEqual([['a', '10.0.0.1:1']]);
    expect(replaySnapshot(storage.text, false).damaged).toBe(0);
    await snapshotter.stop();
  });

  it('a full disk costs nothing but the file, which comes right when there is room', async () => {
    const { clock, storage, lines, open } = setUp();
    const snapshotter = await open();
    storage.failure = new Error('ENOSPC');
    snapshotter.record(members('member-join', 'a'));
    await clock.advanceAsync(1000);
    expect(lines.some((line) => line.includes('ENOSPC'))).toBe(true);
    storage.failure = undefined;
    snapshotter.record(members('member-join', 'b'));
    await clock.advanceAsync(60_000);
    expect(aliveOf(storage.text).map(([name]) => name)).toEqual(['a', 'b']);
    await snapshotter.stop();
  });

  it('a leave is written even while the disk recovers', async () => {
    const { clock, storage, open } = setUp();
    const snapshotter = await open();
    snapshotter.record(members('member-join', 'a'));
    storage.failure = new Error('ENOSPC');
    await clock.advanceAsync(1000);
    storage.failure = undefined;
    await snapshotter.leave();
    expect(aliveOf(storage.text)).toEqual([]);
    expect(storage.text.endsWith('leave\n')).toBe(true);
    await snapshotter.stop();
  });
});

describe('file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'snapshot-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('appends, replaces, and is read again', async () => {
    const name = path.join(folder, 'serf', 'local.snapshot');
    const file = new SnapshotFile(name);
    expect(await file.read()).toBe('');
    await file.append('a\n');
    await file.append('b\n');
    expect(await file.read()).toBe('a\nb\n');
    await file.replace('c\n');
    await file.append('d\n');
    await file.sync();
    await file.close();
    expect(await readFile(name, 'utf8')).toBe('c\nd\n');
    expect(await new SnapshotFile(name).read()).toBe('c\nd\n');
  });

  it('one that cannot be read is an error, not an empty pool', async () => {
    const name = path.join(folder, 'taken');
    await writeFile(name, '');
    await expect(new SnapshotFile(path.join(name, 'below')).read()).rejects.toThrow(
      /ENOTDIR|EEXIST/,
    );
  });
});
