import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IDLE_SUBSCRIPTION_MS } from '../../protocol/limits.ts';
import { ReplicaKeeper } from './replica-keeper.ts';
import type { ReplicaStore, StoredAnswer } from './replica-store.ts';
import { WatchedAnswer } from './watched-answer.ts';

/** Counts what reaches the disk. */
class MemoryStore implements ReplicaStore {
  readonly answers = new Map<string, StoredAnswer>();
  saves: string[][] = [];
  contactAt: number | null = null;
  incarnation = '';
  isFull = false;
  isClosed = false;

  find(identity: string): StoredAnswer | undefined {
    return this.answers.get(identity);
  }

  save(answers: ReadonlyMap<string, StoredAnswer>): void {
    if (this.isFull) throw new Error('database or disk is full');
    this.saves.push([...answers.keys()].map((name) => name.split('"')[3]!));
    for (const [name, answer] of answers) this.answers.set(name, answer);
  }

  remove(identity: string): void {
    this.answers.delete(identity);
  }

  retain(identities: Iterable<string>): void {
    const kept = new Set(identities);
    for (const name of this.answers.keys()) if (!kept.has(name)) this.answers.delete(name);
  }

  attach(incarnation: string): void {
    this.incarnation = incarnation;
  }

  noteContact(at: number): void {
    this.contactAt = at;
  }

  close(): void {
    this.isClosed = true;
  }
}

let store: MemoryStore;
let keeper: ReplicaKeeper;
let warnings: string[];

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  store = new MemoryStore();
  warnings = [];
  keeper = new ReplicaKeeper({
    store,
    now: () => Date.now(),
    warn: (text) => warnings.push(text),
  });
});
afterEach(() => {
  keeper.stop();
  vi.useRealTimers();
});

function watched(key: string, body = '[]'): WatchedAnswer {
  const answer = new WatchedAnswer(1, 'kv.get', { key }, '');
  answer.update(1, body, Date.now());
  return answer;
}

describe('what changed', () => {
  it('is written once, a while later, as it is then', () => {
    const answer = watched('a');
    keeper.changed(answer);
    answer.update(2, '[2]', Date.now());
    keeper.changed(answer);
    vi.advanceTimersByTime(4_900);
    expect(store.saves).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(store.saves).toEqual([['a']]);
    expect([...store.answers.values()]).toEqual([{ index: 2, body: '[2]', changedAt: 1_000_000 }]);
  });

  it('is written the rarer the larger it is', () => {
    const large = watched('large', 'x'.repeat(12_000_000));
    const small = watched('small');
    for (let second = 0; second < 24; second++) {
      keeper.changed(large);
      keeper.changed(small);
      vi.advanceTimersByTime(1_000);
    }
    const count = (key: string): number => store.saves.flat().filter((name) => name === key).length;
    expect([count('small'), count('large')]).toEqual([4, 2]);
  });

  it('is written a piece at a time when much is due, and at the end all at once', () => {
    const answers = ['a', 'b', 'c', 'd'].map((key) => watched(key, 'x'.repeat(400_000)));
    for (const answer of answers) keeper.changed(answer);
    vi.advanceTimersByTime(5_000);
    expect(store.saves).toEqual([['a', 'b']]);
    vi.advanceTimersByTime(1_000);
    expect(store.saves).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ]);
    for (const answer of answers) {
      answer.update(2, 'y'.repeat(400_000), Date.now());
      keeper.changed(answer);
    }
    keeper.stop();
    expect(store.saves[2]).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is written at the end', () => {
    keeper.changed(watched('a'));
    keeper.stop();
    expect(store.saves).toEqual([['a']]);
    expect(store.isClosed).toBe(true);
  });

  it('is not kept when it is too large, and what was kept of it goes', () => {
    const answer = watched('a');
    keeper.changed(answer);
    vi.advanceTimersByTime(6_000);
    answer.update(2, 'x'.repeat(20_000_000), Date.now());
    keeper.changed(answer);
    vi.advanceTimersByTime(6_000);
    expect(store.answers.size).toBe(0);
  });

  it('is tried again after a full disk, which is told once', () => {
    store.isFull = true;
    const answer = watched('a');
    for (let turn = 0; turn < 3; turn++) {
      keeper.changed(answer);
      vi.advanceTimersByTime(70_000);
    }
    expect(warnings).toEqual([expect.stringContaining('disk is full')]);
    store.isFull = false;
    keeper.changed(answer);
    vi.advanceTimersByTime(70_000);
    expect(store.saves).toEqual([['a']]);
  });
});

describe('an answer of an earlier run', () => {
  it('comes back with its index and its time', () => {
    keeper.changed(watched('a', '[1]'));
    vi.advanceTimersByTime(6_000);
    const answer = new WatchedAnswer(9, 'kv.get', { key: 'a' }, '');
    expect(keeper.restore(answer)).toBe(true);
    expect([answer.index, answer.body, answer.changedAt]).toEqual([1, '[1]', 1_000_000]);
    expect(keeper.restore(new WatchedAnswer(9, 'kv.get', { key: 'b' }, ''))).toBe(false);
  });

  it('goes when this run could have asked for it, and did not', () => {
    for (const key of ['a', 'b']) keeper.changed(watched(key));
    vi.advanceTimersByTime(6_000);
    keeper.connected('i1');
    keeper.prune([watched('a')]);
    expect(store.answers.size).toBe(2);
    vi.advanceTimersByTime(IDLE_SUBSCRIPTION_MS);
    keeper.prune([watched('a')]);
    expect([...store.answers.keys()]).toEqual([expect.stringContaining('"a"')]);
  });
});

describe('the last sign of life', () => {
  it('is noted while the link is up, and when it goes down', () => {
    keeper.connected('i1');
    vi.advanceTimersByTime(25_000);
    expect(store.contactAt).toBe(1_020_000);
    keeper.disconnected();
    expect(store.contactAt).toBe(1_025_000);
    vi.advanceTimersByTime(60_000);
    expect(keeper.contactAt).toBe(1_025_000);
  });
});
