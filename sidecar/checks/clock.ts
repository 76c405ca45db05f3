/** Time as the runners see it: injected, so that tests drive it by hand. */
import { MAX_TIMER_MS } from '../lib/timer-limit.ts';

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `action` once after `delayMs`, unless cancelled before. */
  after(delayMs: number, action: () => void): Timer;
}

/** Real time. Timers keep the process alive: their owners cancel them when they stop. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, action) {
    let handle: NodeJS.Timeout;
    const arm = (leftMs: number): void => {
      // Longer waits are cut in pieces.
      const pieceMs = Math.min(leftMs, MAX_TIMER_MS);
      handle = setTimeout(() => (leftMs > pieceMs ? arm(leftMs - pieceMs) : action()), pieceMs);
    };
    arm(Math.max(0, delayMs));
    return { cancel: () => clearTimeout(handle) };
  },
};
