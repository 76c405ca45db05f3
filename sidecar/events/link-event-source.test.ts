import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer, ServerRPC } from '../../http-api/server-rpc.ts';
import { EVENT_PUSH_COUNT, IDLE_SUBSCRIPTION_MS } from '../../protocol/limits.ts';
import type { EventListArgs } from '../../protocol/methods.ts';
import type { UserEvent } from '../../protocol/types/event.ts';
import { LinkEventSource } from './link-event-source.ts';

/** A datacenter that holds events, numbered from 1, at an index of ten times their number. */
class FakeDatacenter implements ServerRPC {
  readonly reads: string[] = [];
  isDown = false;
  #count = 0;
  #parked: (() => void)[] = [];

  fire(count = 1): void {
    this.#count += count;
    for (const wake of this.#parked.splice(0)) wake();
  }

  async call(_method: string, args: unknown): Promise<Answer> {
    const { last } = args as EventListArgs;
    this.reads.push(`read ${last ?? 'all'}`);
    if (this.isDown) throw new Error('no link');
    return this.#answer(last ?? Infinity);
  }

  async watch(
    _method: string,
    args: unknown,
    _options: unknown,
    minIndex: number,
    waitMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    this.reads.push(`watch after ${minIndex}`);
    if (this.isDown) throw new Error('no link');
    if (this.#answer(1).index <= minIndex) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        const wake = (): void => {
          clearTimeout(timer);
          resolve();
        };
        this.#parked.push(wake);
        signal?.addEventListener('abort', wake);
      });
    }
    return this.#answer((args as EventListArgs).last!);
  }

  #answer(last: number): Answer {
    const first = Math.max(1, this.#count - last + 1);
    const events: Partial<UserEvent>[] = [];
    for (let LTime = first; LTime <= this.#count; LTime++) events.push({ ID: `${LTime}`, LTime });
    return { index: Math.max(1, this.#count * 10), body: JSON.stringify(events) };
  }
}

let datacenter: FakeDatacenter;
let source: LinkEventSource;
let isConnected: boolean;
let isWaitedFor: boolean;
let delivered: number[];

beforeEach(() => {
  vi.useFakeTimers();
  datacenter = new FakeDatacenter();
  isConnected = true;
  isWaitedFor = false;
  delivered = [];
  source = new LinkEventSource({
    rpc: datacenter,
    isConnected: () => isConnected,
    token: () => '',
    now: () => Date.now(),
    isWaitedFor: () => isWaitedFor,
  });
  source.start(({ LTime }) => void delivered.push(LTime));
});

afterEach(() => {
  source.stop();
  vi.useRealTimers();
});

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

describe('LinkEventSource', () => {
  it('costs one small read while nobody asks', async () => {
    source.connected();
    datacenter.fire(5);
    source.connected();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(datacenter.reads).toEqual(['read 1']);
    expect(delivered).toEqual([]);
  });

  it('delivers what was fired since the start, then what follows, each once', async () => {
    datacenter.fire(3);
    source.connected();
    await settle();
    datacenter.fire(2);
    await source.catchUp();
    expect(delivered).toEqual([4, 5]);
    datacenter.fire();
    await settle();
    datacenter.fire(2);
    await settle();
    expect(delivered).toEqual([4, 5, 6, 7, 8]);
    expect(datacenter.reads).toEqual([
      'read 1',
      'watch after 0',
      'watch after 50',
      'watch after 60',
      'watch after 80',
    ]);
  });

  it('reads the whole ring when more came than a push holds', async () => {
    source.connected();
    await source.catchUp();
    datacenter.fire(EVENT_PUSH_COUNT + 4);
    await settle();
    expect(delivered).toHaveLength(EVENT_PUSH_COUNT + 4);
    expect(datacenter.reads).toContain('read all');
  });

  it('stops following when nobody asked for ten minutes, unless somebody waits', async () => {
    source.connected();
    isWaitedFor = true;
    await source.catchUp();
    await vi.advanceTimersByTimeAsync(3 * IDLE_SUBSCRIPTION_MS);
    datacenter.fire();
    await settle();
    expect(delivered).toEqual([1]);
    isWaitedFor = false;
    await vi.advanceTimersByTimeAsync(IDLE_SUBSCRIPTION_MS);
    const reads = datacenter.reads.length;
    datacenter.fire(2);
    await vi.advanceTimersByTimeAsync(3 * IDLE_SUBSCRIPTION_MS);
    expect(datacenter.reads).toHaveLength(reads);
    await source.catchUp();
    expect(delivered).toEqual([1, 2, 3]);
  });

  it('does not hold up readers while the link is down, and misses nothing', async () => {
    source.connected();
    await source.catchUp();
    datacenter.isDown = true;
    datacenter.fire();
    await settle();
    await source.catchUp();
    datacenter.fire(2);
    datacenter.isDown = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(delivered).toEqual([1, 2, 3]);
    source.stop();
    isConnected = false;
    await source.catchUp();
  });

  it('ends with its owner', async () => {
    source.connected();
    await source.catchUp();
    source.stop();
    await settle();
    datacenter.fire();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(delivered).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
