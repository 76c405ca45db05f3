import { describe, expect, it } from 'vitest';
import { BroadcastQueues } from './broadcast-queues.ts';
import { DEFAULT_SERF_CONFIG } from './config.ts';
import type { SerfConfig } from './config.ts';
import { SerfCounters } from './counters.ts';
import { memoryLog } from './testing/memory-log.ts';

function setUp(config: Partial<SerfConfig> = {}, members = 3) {
  const counters = new SerfCounters();
  const { log, lines } = memoryLog();
  const queues = new BroadcastQueues({
    config: { ...DEFAULT_SERF_CONFIG, name: 'a', ...config },
    retransmitMult: 4,
    memberCount: () => members,
    counters,
    log,
  });
  return { queues, counters, lines };
}

const message = (byte: number, length = 10): Uint8Array => new Uint8Array(length).fill(byte);

describe('one packet', () => {
  it('takes intents first, then queries, then events, as far as they fit', () => {
    const { queues } = setUp();
    queues.events.queue({ message: message(3) });
    queues.queries.queue({ message: message(2) });
    queues.intents.queue({ message: message(1) });
    const firstBytes = (limit: number): (number | undefined)[] =>
      queues.take(2, limit).map((each) => each[0]);
    expect(firstBytes(24)).toEqual([1, 2]);
    expect(firstBytes(1000)).toEqual([1, 2, 3]);
    expect(firstBytes(5)).toEqual([]);
  });
});

describe('a queue is bounded', () => {
  it('by a number', () => {
    const { queues, counters, lines } = setUp({ maxQueueDepth: 5, queueDepthWarning: 3 });
    for (let i = 0; i < 8; i++) queues.events.queue({ message: message(i) });
    queues.check();
    expect(queues.events.length).toBe(5);
    expect(counters.queueDrops).toBe(3);
    expect(lines).toEqual([
      'warn serf: event queue depth: 8',
      'warn serf: event queue depth (8) exceeds limit (5), dropping messages!',
    ]);
  });

  it.each([
    [3, 10],
    [20, 40],
  ])('by the size of the pool: %i members, %i messages', (members, expected) => {
    const { queues } = setUp({ maxQueueDepth: 1, minQueueDepth: 10 }, members);
    for (let i = 0; i < 100; i++) queues.intents.queue({ message: message(i) });
    queues.check();
    expect(queues.intents.length).toBe(expected);
  });

  it("at once for what others say, never for this node's own words", () => {
    const { queues, counters } = setUp({ maxQueueDepth: 5 });
    for (let i = 0; i < 100; i++) queues.passOn(queues.intents, message(i));
    expect(queues.intents.length).toBe(5);
    expect(counters.queueDrops).toBe(95);
    queues.intents.queue({ message: message(0) });
    expect(queues.intents.length).toBe(6);
  });
});
