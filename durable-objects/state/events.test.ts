import { beforeEach, describe, expect, it } from 'vitest';
import { EVENT_PUSH_COUNT, EVENT_RING_SIZE, MAX_PUSH_ANSWER_CHARS } from '../../protocol/limits.ts';
import type { UserEvent } from '../../protocol/types/event.ts';
import { createNodeStorage } from '../testing/node-storage.ts';
import { RecordingPublisher } from '../testing/recording-publisher.ts';
import { Writer } from '../writer.ts';
import { fireEventTxn, nextEventTime, readEvents } from './events.ts';

let storage: ReturnType<typeof createNodeStorage>;
let publisher: RecordingPublisher;
let writer: Writer;

beforeEach(() => {
  storage = createNodeStorage();
  publisher = new RecordingPublisher();
  writer = new Writer(storage, publisher, () => 1_000_000);
});

const ALL = (): boolean => true;

function fire(name: string, rest: Partial<UserEvent> = {}): number {
  return writer.apply('test', (tx) =>
    fireEventTxn(tx, {
      ID: crypto.randomUUID(),
      Name: name,
      Payload: null,
      NodeFilter: '',
      ServiceFilter: '',
      TagFilter: '',
      Version: 1,
      LTime: nextEventTime(storage.sql),
      ...rest,
    }),
  ).index;
}

function list(name = '', last = 0, mayRead: (name: string) => boolean = ALL) {
  const { index, body } = readEvents(storage.sql, name, last, mayRead);
  return { index, events: JSON.parse(body) as UserEvent[] };
}

describe('the ring', () => {
  it('is empty at index 1', () => {
    expect(list()).toEqual({ index: 1, events: [] });
    expect(nextEventTime(storage.sql)).toBe(1);
  });

  it('lists by name, with the index of the last of that name', () => {
    const first = fire('deploy', { Payload: 'djU=', NodeFilter: 'n1' });
    const other = fire('other');
    expect(list('deploy')).toMatchObject({
      index: first,
      events: [{ Name: 'deploy', Payload: 'djU=', NodeFilter: 'n1', Version: 1, LTime: 1 }],
    });
    expect(list().index).toBe(other);
    expect(list('DEPLOY')).toEqual({ index: 1, events: [] });
  });

  it('holds the last ones only, and Lamport times go on', () => {
    for (let i = 0; i < EVENT_RING_SIZE + 3; i++) fire('e');
    const times = list().events.map(({ LTime }) => LTime);
    expect(times).toHaveLength(EVENT_RING_SIZE);
    expect(times[0]).toBe(4);
    expect(times.at(-1)).toBe(EVENT_RING_SIZE + 3);
    expect(list('', 2).events.map(({ LTime }) => LTime)).toEqual(times.slice(-2));
  });

  it('leaves out what the reader may not see', () => {
    fire('open');
    fire('secret');
    expect(list('', 0, (name) => name !== 'secret').events.map(({ Name }) => Name)).toEqual([
      'open',
    ]);
  });

  it('a push of the largest events fits into one message', () => {
    for (let i = 0; i < EVENT_PUSH_COUNT; i++) {
      fire('e', { Payload: Buffer.alloc(410).toString('base64'), LTime: i + 1 });
    }
    const { body } = readEvents(storage.sql, '', EVENT_PUSH_COUNT, ALL);
    expect(body.length).toBeLessThan(MAX_PUSH_ANSWER_CHARS / 2);
  });
});

describe('watchers', () => {
  it('of all events and of that name wake, nobody else', () => {
    fire('deploy');
    expect(publisher.take()).toEqual(['event/deploy', 'events']);
  });

  it('an event costs three rows: itself, its change, and the one that it pushes out', () => {
    for (let i = 0; i < EVENT_RING_SIZE; i++) fire('e');
    const before = storage.sql.exec<{ n: number }>('SELECT total_changes() AS n').toArray()[0]!.n;
    fire('e');
    const after = storage.sql.exec<{ n: number }>('SELECT total_changes() AS n').toArray()[0]!.n;
    expect(after - before).toBe(3);
  });
});
