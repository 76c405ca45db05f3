import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EVENT_RING_SIZE } from '../../protocol/limits.ts';
import type { UserEvent } from '../../protocol/types/event.ts';
import type { EventSource } from './event-source.ts';
import { UserEvents } from './user-events.ts';

class FakeSource implements EventSource {
  deliver: (event: UserEvent) => void = () => {};
  asked = 0;
  stopped = false;

  start(deliver: (event: UserEvent) => void): void {
    this.deliver = deliver;
  }

  async catchUp(): Promise<void> {
    this.asked++;
  }

  stop(): void {
    this.stopped = true;
  }
}

function event(id: number, name = 'deploy', NodeFilter = ''): UserEvent {
  return {
    ID: `id-${id}`,
    Name: name,
    Payload: null,
    NodeFilter,
    ServiceFilter: '',
    TagFilter: '',
    Version: 1,
    LTime: id,
  };
}

let link: FakeSource;
let gossip: FakeSource;
let events: UserEvents;

beforeEach(() => {
  vi.useFakeTimers();
  link = new FakeSource();
  gossip = new FakeSource();
  events = new UserEvents([link, gossip], { node: 'n1', services: () => [] });
});

afterEach(() => {
  vi.useRealTimers();
});

const ids = async (name = ''): Promise<string[]> =>
  (await events.read(name)).events.map(({ ID }) => ID);

describe('UserEvents', () => {
  it('keeps the events of exec for the agent, and goes on as long as it takes them', async () => {
    link.deliver(event(1, '_rexec'));
    expect([await ids(), events.hasWaiters]).toEqual([[], false]);
    const taken: string[] = [];
    events.onRemoteExec(({ ID }) => taken.push(ID));
    link.deliver(event(2, '_rexec'));
    gossip.deliver(event(2, '_rexec'));
    link.deliver(event(3, '_rexec', 'other-node'));
    link.deliver(event(4));
    expect([taken, await ids(), events.hasWaiters]).toEqual([['id-2'], ['id-4'], true]);
  });

  it('lists what is aimed at this host in the order of arrival, each once whatever ways it came', async () => {
    link.deliver(event(1));
    gossip.deliver(event(1));
    gossip.deliver(event(2, 'other'));
    link.deliver(event(3, 'deploy', 'n2'));
    link.deliver(event(2, 'other'));
    link.deliver(event(4));
    expect(await ids()).toEqual(['id-1', 'id-2', 'id-4']);
    expect(await ids('deploy')).toEqual(['id-1', 'id-4']);
  });

  it('asks its sources to catch up before it answers', async () => {
    await events.read('');
    expect([link.asked, gossip.asked]).toEqual([1, 1]);
  });

  it('keeps the last ones only', async () => {
    for (let id = 1; id <= EVENT_RING_SIZE + 2; id++) link.deliver(event(id));
    const kept = await ids();
    expect(kept).toHaveLength(EVENT_RING_SIZE);
    expect(kept[0]).toBe('id-3');
  });

  it('a waiter wakes for its name only', async () => {
    const { version } = await events.read('deploy');
    let woken = false;
    const waiting = events
      .readAfter('deploy', version, { waitMs: 1000 }, undefined)
      .then((reading) => {
        woken = true;
        return reading;
      });
    link.deliver(event(1, 'other'));
    link.deliver(event(2, 'deploy', 'n2'));
    await vi.advanceTimersByTimeAsync(999);
    expect([woken, events.hasWaiters]).toEqual([false, true]);
    link.deliver(event(3));
    expect((await waiting).events.map(({ ID }) => ID)).toEqual(['id-3']);
    expect(events.hasWaiters).toBe(false);
  });

  it('a wait ends with time, with its client, and at once if something came in between', async () => {
    const late = events.readAfter('', 0, { waitMs: 50 }, undefined);
    await vi.advanceTimersByTimeAsync(50);
    expect((await late).events).toEqual([]);
    const gone = new AbortController();
    const left = events.readAfter('', 0, { waitMs: 50 }, gone.signal);
    gone.abort();
    expect((await left).events).toEqual([]);
    link.deliver(event(1));
    expect((await events.readAfter('', 0, { waitMs: 50 }, undefined)).events).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops its sources', () => {
    events.stop();
    expect([link.stopped, gossip.stopped]).toEqual([true, true]);
  });
});
