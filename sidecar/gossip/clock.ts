/** Time as gossip sees it: injected, so that simulations drive it by hand. */
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
 * Node fires a longer setTimeout at once (its delay is a signed 32-bit number), so longer waits are cut in pieces.
 */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** Real time. Timers keep the process alive: their owners cancel them when they stop. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(delayMs, action) {
    let handle: NodeJS.Timeout;
    const arm = (leftMs: number): void => {
      const pieceMs = Math.min(leftMs, MAX_TIMEOUT_MS);
      handle = setTimeout(() => (leftMs > pieceMs ? arm(leftMs - pieceMs) : action()), pieceMs);
    };
    arm(Math.max(0, delayMs));
    return { cancel: () => clearTimeout(handle) };
  },
};
