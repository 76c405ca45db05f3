/** Time as gossip sees it: injected, so that simulations drive it by hand. */
import { MAX_TIMER_MS } from '../lib/timer-limit.ts';

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /**
   * Milliseconds, with a fraction: round trips on a LAN take less than one, and coordinates are made of them. Never runs
   * backwards; its zero is of no meaning.
   */
  now(): number;
  /** Calls `action` once after `delayMs`, unless cancelled before. A delay of zero or less is "soon", never "now". */
  after(delayMs: number, action: () => void): Timer;
}

/**
 * A timer that is this late fires because the process stood still. Node runs due timers before it reads sockets, so answers
 * that came in time would be met by timeouts that are already over: such a timer lets the sockets go first.
 */
const LATE_MS = 20;

/** Real time. Timers keep the process alive: their owners cancel them when they stop. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, action) {
    const dueMs = performance.now() + delayMs;
    let handle: NodeJS.Timeout;
    let immediate: NodeJS.Immediate | undefined;
    const fire = (): void => {
      if (performance.now() - dueMs > LATE_MS) immediate = setImmediate(action);
      else action();
    };
    const arm = (leftMs: number): void => {
      // Longer waits are cut in pieces.
      const pieceMs = Math.min(leftMs, MAX_TIMER_MS);
      handle = setTimeout(() => (leftMs > pieceMs ? arm(leftMs - pieceMs) : fire()), pieceMs);
    };
    arm(Math.max(0, delayMs));
    return {
      cancel: () => {
        clearTimeout(handle);
        clearImmediate(immediate);
      },
    };
  },
};
