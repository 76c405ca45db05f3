import { describe, expect, it } from 'vitest';
import type { Reply } from '../../protocol/frames.ts';
import { MAX_FRAME_AGE_MS } from '../../protocol/limits.ts';
import { Batcher } from './batcher.ts';

interface SentFrame {
  seq: number;
  ops: unknown[];
}

/** A batcher whose frames go into a list. */
function create(now = (): number => 0): {
  batcher: Batcher;
  sent: SentFrame[];
  write(key: string): Promise<Reply>;
} {
  const sent: SentFrame[] = [];
  const batcher = new Batcher({
    send: (text) => sent.push(JSON.parse(text) as SentFrame),
    now,
  });
  const write = (key: string): Promise<Reply> => batcher.send('kv.apply', { key }, '', false);
  return { batcher, sent, write };
}

const ok = (index: number): Reply => ({ index, body: 'true' });

function reconnect(batcher: Batcher): void {
  batcher.disconnected();
  batcher.connected(true);
}

describe('frames whose connection breaks', () => {
  it('are sent again under their old number, in their old order', async () => {
    const { batcher, sent, write } = create();
    batcher.connected(true);
    const first = write('a');
    const second = write('b');
    reconnect(batcher);
    expect(sent.map(({ seq }) => seq)).toEqual([1, 2, 1, 2]);
    batcher.receive({ seq: 1, replies: [ok(7)] });
    batcher.receive({ seq: 2, replies: [ok(8)] });
    expect([await first, await second]).toEqual([ok(7), ok(8)]);
    batcher.stop();
  });

  it('travel alone after the second attempt, and are given up after the fifth', async () => {
    const { batcher, sent, write } = create();
    batcher.connected(true);
    const poison = write('a');
    const next = write('b');
    for (let attempt = 1; attempt < 5; attempt++) reconnect(batcher);
    expect(sent.map(({ seq }) => seq)).toEqual([1, 2, 1, 2, 1, 1, 1]);
    reconnect(batcher);
    expect((await poison).code).toBe('unavailable');
    expect(sent.at(-1)?.seq).toBe(2);
    batcher.receive({ seq: 2, replies: [ok(9)] });
    expect(await next).toEqual(ok(9));
    reconnect(batcher);
    expect(sent).toHaveLength(8);
    batcher.stop();
  });

  it('are given up once the datacenter may have forgotten them', async () => {
    let now = 0;
    const { batcher, sent, write } = create(() => now);
    batcher.connected(true);
    const old = write('a');
    now = MAX_FRAME_AGE_MS;
    reconnect(batcher);
    expect(sent.map(({ seq }) => seq)).toEqual([1, 1]);
    const young = write('b');
    now++;
    reconnect(batcher);
    expect(await old).toMatchObject({ code: 'unavailable' });
    expect(sent.map(({ seq }) => seq)).toEqual([1, 1, 2, 2]);
    batcher.receive({ seq: 2, replies: [ok(9)] });
    expect(await young).toEqual(ok(9));
    batcher.stop();
  });

  it('let others pass again once the one that travelled alone is answered', async () => {
    const { batcher, sent, write } = create();
    batcher.connected(true);
    const calls = ['a', 'b', 'c'].map(write);
    reconnect(batcher);
    reconnect(batcher);
    expect(sent.map(({ seq }) => seq)).toEqual([1, 2, 1, 2, 1]);
    batcher.receive({ seq: 1, replies: [ok(4)] });
    expect(sent.map(({ seq }) => seq).slice(5)).toEqual([2]);
    batcher.receive({ seq: 2, replies: [ok(5)] });
    batcher.receive({ seq: 3, replies: [ok(6)] });
    expect(await Promise.all(calls)).toEqual([ok(4), ok(5), ok(6)]);
    batcher.stop();
  });

  it('are void after a restore: reads are asked anew, callers of writes are told', async () => {
    const { batcher, sent, write } = create();
    batcher.connected(true);
    const call = write('a');
    const reading = batcher.send('kv.get', { key: 'b' }, '', true);
    const subscribing = batcher.send('link.subscribe', { id: 1 }, '', false);
    batcher.disconnected();
    batcher.connected(false);
    expect((await call).code).toBe('unavailable');
    expect(sent.map(({ ops }) => (ops as unknown[][]).map(([method]) => method))).toEqual([
      ['kv.apply'],
      ['kv.get'],
      ['kv.get', 'link.subscribe'],
    ]);
    batcher.receive({ seq: sent.at(-1)!.seq, replies: [ok(3), ok(4)] });
    expect(await Promise.all([reading, subscribing])).toEqual([ok(3), ok(4)]);
    batcher.stop();
  });
});

it('whoever calls after the end is told so at once', async () => {
  const { batcher, sent, write } = create();
  batcher.connected(true);
  batcher.stop();
  expect((await write('a')).code).toBe('unavailable');
  expect(sent).toEqual([]);
});

it('counts what was refused and what nobody answered, and keeps the highest index', async () => {
  const { batcher, write } = create();
  batcher.connected(true);
  const calls = [write('a'), write('b'), write('c')];
  batcher.receive({ seq: 1, replies: [ok(7)] });
  batcher.receive({ seq: 2, replies: [{ index: 99, body: 'no', code: 'forbidden' }] });
  await Promise.all(calls.slice(0, 2));
  expect(batcher).toMatchObject({ lastIndex: 7, refusedOps: 1, failedOps: 0 });
  batcher.stop();
  expect((await calls[2]!).code).toBe('unavailable');
  expect(batcher).toMatchObject({ lastIndex: 7, refusedOps: 1, failedOps: 1 });
});
