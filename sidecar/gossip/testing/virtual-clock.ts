import type { Clock, Timer } from '../clock.ts';

interface Scheduled {
  readonly atMs: number;
  /** Timers of the same moment fire in the order in which they were set. */
  readonly order: number;
  action: (() => void) | undefined;
}

/** Time that passes only when a test says so. A binary heap: simulations keep some hundred thousand timers. */
export class VirtualClock implements Clock {
  #nowMs = 0;
  #order = 0;
  readonly #heap: Scheduled[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, action: () => void): Timer {
    const scheduled: Scheduled = {
      atMs: this.#nowMs + Math.max(0, delayMs),
      order: this.#order++,
      action,
    };
    this.#push(scheduled);
    return {
      cancel: () => {
        scheduled.action = undefined;
      },
    };
  }

  /** Timers not yet fired, cancelled ones left out: zero after everything stopped. */
  get pending(): number {
    return this.#heap.filter((scheduled) => scheduled.action !== undefined).length;
  }

  /** Runs everything that is due within the next `durationMs`, in order, then stands at its end. */
  advance(durationMs: number): void {
    const endMs = this.#nowMs + durationMs;
    while (this.#fireNext(endMs));
    this.#nowMs = endMs;
  }

  /** As `advance`, letting promises settle between one moment and the next. */
  async advanceAsync(durationMs: number): Promise<void> {
    const endMs = this.#nowMs + durationMs;
    await settle();
    for (;;) {
      const before = this.#nowMs;
      if (!this.#fireNext(endMs)) break;
      while (this.#heap[0] !== undefined && this.#heap[0].atMs <= before) this.#fireNext(endMs);
      await settle();
    }
    this.#nowMs = endMs;
    await settle();
  }

  #fireNext(endMs: number): boolean {
    const next = this.#heap[0];
    if (next === undefined || next.atMs > endMs) return false;
    this.#popFirst();
    this.#nowMs = next.atMs;
    const { action } = next;
    next.action = undefined;
    action?.();
    return true;
  }

  #push(scheduled: Scheduled): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(scheduled);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Scheduled;
      if (!isBefore(scheduled, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = scheduled;
  }

  #popFirst(): void {
    const heap = this.#heap;
    const last = heap.pop() as Scheduled;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, heap[child] as Scheduled)) child++;
      if (!isBefore(heap[child] as Scheduled, last)) break;
      heap[index] = heap[child] as Scheduled;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: Scheduled, b: Scheduled): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

/** All microtasks, and what they set off in turn. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
