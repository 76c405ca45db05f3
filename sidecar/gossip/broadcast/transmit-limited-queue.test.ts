import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TransmitLimitedQueue } from './transmit-limited-queue.ts';

const text = (message: Uint8Array): string => Buffer.from(message).toString();
const texts = (messages: readonly Uint8Array[]): string[] => messages.map(text);

/** With 9 nodes and a multiplier of 1 each message is sent once for each unit of `mult`. */
function queueOf(
  mult = 4,
  nodes = 9,
): { queue: TransmitLimitedQueue; add: Add; finished: string[] } {
  const queue = new TransmitLimitedQueue({ retransmitMult: mult, nodeCount: () => nodes });
  const finished: string[] = [];
  const add: Add = (message, name) =>
    queue.queue({
      message: Buffer.from(message),
      ...(name === undefined ? {} : { name }),
      onFinished: () => finished.push(message),
    });
  return { queue, add, finished };
}
type Add = (message: string, name?: string) => void;

describe('TransmitLimitedQueue', () => {
  it('sends the larger first, then the newer', () => {
    const { queue, add } = queueOf();
    for (const message of ['aa', 'b', 'cc', 'dddd']) add(message);
    expect(texts(queue.getBroadcasts(2, 1000))).toEqual(['dddd', 'cc', 'aa', 'b']);
  });

  it.each([
    // limit, overhead 2 each: what fits
    { limit: 2, fits: [] },
    { limit: 3, fits: ['b'] },
    { limit: 6, fits: ['dddd'] },
    { limit: 9, fits: ['dddd', 'b'] },
    { limit: 10, fits: ['dddd', 'cc'] },
  ])('fills $limit bytes with $fits', ({ limit, fits }) => {
    const { queue, add } = queueOf();
    for (const message of ['b', 'cc', 'dddd']) add(message);
    expect(texts(queue.getBroadcasts(2, limit))).toEqual(fits);
  });

  it('prefers what was sent least often, and fills up with the rest', () => {
    const { queue, add } = queueOf();
    add('old');
    queue.getBroadcasts(2, 1000);
    add('n');
    expect(texts(queue.getBroadcasts(2, 1000))).toEqual(['n', 'old']);
    expect(texts(queue.getBroadcasts(2, 5))).toEqual(['n']);
    expect(texts(queue.getBroadcasts(2, 5))).toEqual(['old']);
  });

  it.each([
    { mult: 1, nodes: 9, times: 1 },
    { mult: 4, nodes: 9, times: 4 },
    { mult: 4, nodes: 10, times: 8 },
    { mult: 4, nodes: 99, times: 8 },
    { mult: 3, nodes: 100, times: 9 },
  ])('sends $times times with $nodes nodes and a multiplier of $mult', ({ mult, nodes, times }) => {
    const { queue, add, finished } = queueOf(mult, nodes);
    add('m');
    for (let sent = 0; sent < times; sent++) {
      expect(finished).toEqual([]);
      expect(texts(queue.getBroadcasts(0, 10))).toEqual(['m']);
    }
    expect(finished).toEqual(['m']);
    expect(queue.getBroadcasts(0, 10)).toEqual([]);
    expect(queue.length).toBe(0);
  });

  it('replaces a broadcast of the same name, whatever its tier', () => {
    const { queue, add, finished } = queueOf();
    add('suspect n1', 'n1');
    add('suspect n2', 'n2');
    queue.getBroadcasts(0, 100);
    add('alive n1', 'n1');
    expect(finished).toEqual(['suspect n1']);
    expect(texts(queue.getBroadcasts(0, 100))).toEqual(['alive n1', 'suspect n2']);
  });

  it('never replaces what has no name', () => {
    const { queue, add, finished } = queueOf();
    add('same');
    add('same');
    expect(queue.length).toBe(2);
    expect(finished).toEqual([]);
  });

  it('prunes what was sent most often, and the smaller of those', () => {
    const { queue, add, finished } = queueOf();
    add('sent-large');
    add('sent');
    queue.getBroadcasts(0, 100);
    add('new');
    queue.prune(1);
    expect(finished).toEqual(['sent', 'sent-large']);
    expect(queue.length).toBe(1);
    queue.prune(5);
    expect(queue.length).toBe(1);
  });

  it('keeps within the limit, finishes everything exactly once, and loses nothing', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(sizes, fc.integer({ min: 61, max: 200 }), (lengths, limit) => {
        const { queue, add, finished } = queueOf(2);
        const sent = new Map<string, number>();
        lengths.forEach((length, index) => add(String(index).padEnd(length, '.')));
        for (let round = 0; queue.length > 0 && round < 10_000; round++) {
          const batch = texts(queue.getBroadcasts(1, limit));
          expect(new Set(batch).size).toBeLessThanOrEqual(batch.length);
          expect(batch.reduce((sum, message) => sum + message.length + 1, 0)).toBeLessThanOrEqual(
            limit,
          );
          for (const message of batch) sent.set(message, (sent.get(message) ?? 0) + 1);
        }
        expect(queue.length).toBe(0);
        expect(finished.length).toBe(lengths.length);
        const total = [...sent.values()].reduce((sum, count) => sum + count, 0);
        expect(total).toBe(2 * lengths.length);
      }),
    );
  });
});
