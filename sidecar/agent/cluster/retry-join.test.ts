import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RetryJoin, type RetryJoinOptions } from './retry-join.ts';

let tried: string[][];
let words: string[];
/** The attempt that succeeds; later ones too. */
let succeedsAt: number;
let join: RetryJoin | null;

beforeEach(() => {
  vi.useFakeTimers();
  [tried, words, succeedsAt, join] = [[], [], 1, null];
});
afterEach(() => {
  join?.stop();
  vi.useRealTimers();
});

function start(addresses: string[], options: Partial<RetryJoinOptions> = {}): void {
  const note = (text: string): void => void words.push(text);
  join = new RetryJoin({
    addresses,
    intervalMs: 1000,
    maxAttempts: 0,
    async join(list) {
      tried.push([...list]);
      return tried.length >= succeedsAt
        ? { contacted: 1, errors: [] }
        : { contacted: 0, errors: [new Error('refused')] };
    },
    log: { info: note, warn: note, error: note },
    ...options,
  });
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('joining', () => {
  it('goes on until somebody answers, and then ends', async () => {
    succeedsAt = 3;
    start(['10.0.0.1', 'agents.example']);
    await pass(10_000);
    expect(tried).toEqual(Array.from({ length: 3 }, () => ['10.0.0.1', 'agents.example']));
    expect(words).toEqual([
      'Join failed, will retry in 1000 ms: Error: refused',
      'Join failed, will retry in 1000 ms: Error: refused',
      'Join completed. Synced with initial agents',
    ]);
  });

  it('ends at the limit of attempts', async () => {
    succeedsAt = Infinity;
    start(['10.0.0.1'], { maxAttempts: 2 });
    await pass(10_000);
    expect(tried).toHaveLength(2);
    expect(words.at(-1)).toBe('max join retry exhausted, exiting: Error: refused');
  });

  it('survives a join that throws', async () => {
    let count = 0;
    start(['10.0.0.1'], {
      async join() {
        if (count++ === 0) throw new Error('leaving');
        return { contacted: 1, errors: [] };
      },
    });
    await pass(1000);
    expect(words).toEqual([
      'Join failed, will retry in 1000 ms: leaving',
      'Join completed. Synced with initial agents',
    ]);
  });

  it('ends with its owner', async () => {
    succeedsAt = Infinity;
    start(['10.0.0.1']);
    await pass(0);
    join?.stop();
    await pass(10_000);
    expect(tried).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does nothing where nothing is named', async () => {
    start([]);
    await pass(10_000);
    expect([tried, words]).toEqual([[], []]);
  });
});

describe('providers', () => {
  it('are asked anew at each attempt, beside the addresses', async () => {
    let round = 0;
    succeedsAt = 2;
    start(['10.0.0.1', 'provider=mdns service=x'], {
      createProvider: () => async () => [`10.0.1.${++round}:8301`],
    });
    await pass(1000);
    expect(tried).toEqual([
      ['10.0.0.1', '10.0.1.1:8301'],
      ['10.0.0.1', '10.0.1.2:8301'],
    ]);
  });

  it('that find nobody, or fail, are asked again', async () => {
    let round = 0;
    start(['provider=mdns service=x'], {
      createProvider: () => async () => {
        round++;
        if (round === 1) throw new Error('no network');
        return round === 2 ? [] : ['10.0.1.1:8301'];
      },
    });
    await pass(2000);
    expect(tried).toEqual([['10.0.1.1:8301']]);
    expect(words.slice(0, 2)).toEqual([
      'Join failed, will retry in 1000 ms: no network',
      'Join failed, will retry in 1000 ms: No servers to join',
    ]);
  });

  it('of a cloud are passed over with the reason', async () => {
    start(['provider=aws tag_key=a', '10.0.0.1']);
    await pass(0);
    expect(tried).toEqual([['10.0.0.1']]);
    expect(words[0]).toContain('provider=aws asks a cloud for addresses');
  });
});
