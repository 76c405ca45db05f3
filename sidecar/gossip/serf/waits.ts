import type { Clock, Timer } from '../clock.ts';

/** Pauses that end at once when their owner stops. */
export class Waits {
  readonly #clock: Clock;
  readonly #pending = new Map<Timer, () => void>();
  #isStopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  sleep(delayMs: number): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#clock.after(delayMs, () => this.#end(timer));
      this.#pending.set(timer, resolve);
    });
  }

  /**
   * @param start is given a function to call when the awaited thing has happened
   * @returns whether it happened within the time
   */
  async within(timeoutMs: number, start: (done: () => void) => void): Promise<boolean> {
    let isDone = false;
    let timer: Timer | undefined;
    await new Promise<void>((resolve) => {
      start(() => {
        isDone = true;
        resolve();
      });
      if (isDone || this.#isStopped) {
        resolve();
        return;
      }
      timer = this.#clock.after(timeoutMs, resolve);
      this.#pending.set(timer, resolve);
    });
    if (timer !== undefined) this.#end(timer);
    return isDone;
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#pending.keys()) this.#end(timer);
  }

  #end(timer: Timer): void {
    timer.cancel();
    const resolve = this.#pending.get(timer);
    this.#pending.delete(timer);
    resolve?.();
  }
}
