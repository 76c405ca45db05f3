/** A time-out for one probe, joined with the runner's own signal. */
export interface Deadline {
  /** Aborted by the time-out or by the runner. */
  readonly signal: AbortSignal;
  /** Whether it was the time-out. */
  readonly expired: boolean;
  /** Must be called when the probe ends, however it ends. */
  release(): void;
}

/**
 * The time-out runs on real time: what it bounds is input and output, which no virtual clock
 * moves.
 */
export function startDeadline(outer: AbortSignal, timeoutMs: number): Deadline {
  const controller = new AbortController();
  let expired = false;
  const timer = setTimeout(() => {
    expired = true;
    controller.abort();
  }, timeoutMs);
  const forward = (): void => controller.abort();
  if (outer.aborted) controller.abort();
  else outer.addEventListener('abort', forward, { once: true });
  return {
    signal: controller.signal,
    get expired() {
      return expired;
    },
    release() {
      clearTimeout(timer);
      outer.removeEventListener('abort', forward);
    },
  };
}

/** The two results that probes give most. */
export const critical = (output: string): { status: 'critical'; output: string } => ({
  status: 'critical',
  output,
});
export const passing = (output: string): { status: 'passing'; output: string } => ({
  status: 'passing',
  output,
});
