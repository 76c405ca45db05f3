/** A time-out for one probe, joined with the runner's own signal. */
export interface Deadline {
  /** Whether the time-out has come, as opposed to the runner's stop. */
  readonly expired: boolean;
  /** Aborted by the time-out or by the runner. Made when it is first asked for: most probes do with `onEnd`. */
  readonly signal: AbortSignal;
  /** Calls `callback` once at the time-out or the runner's stop; at once when that has been. */
  onEnd(callback: () => void): void;
  /** Must be called when the probe ends, however it ends. No callback comes after it. */
  release(): void;
}

/**
 * The time-out runs on real time: what it bounds is input and output, which no virtual clock
 * moves.
 */
export function startDeadline(outer: AbortSignal, timeoutMs: number): Deadline {
  return new ProbeDeadline(outer, timeoutMs);
}

/** A thousand checks make a hundred of these a second: callbacks in a list cost a fraction of an AbortController. */
class ProbeDeadline implements Deadline {
  readonly #outer: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  readonly #callbacks: (() => void)[] = [];
  #controller: AbortController | undefined;
  #isOver = false;
  expired = false;

  constructor(outer: AbortSignal, timeoutMs: number) {
    this.#outer = outer;
    this.#timer = setTimeout(() => {
      this.expired = true;
      this.#end();
    }, timeoutMs);
    if (outer.aborted) this.#end();
    else outer.addEventListener('abort', this.#end);
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      this.onEnd(() => controller.abort());
    }
    return this.#controller.signal;
  }

  onEnd(callback: () => void): void {
    if (this.#isOver) callback();
    else this.#callbacks.push(callback);
  }

  release(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener('abort', this.#end);
    this.#callbacks.length = 0;
  }

  readonly #end = (): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const callback of this.#callbacks.splice(0)) callback();
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
