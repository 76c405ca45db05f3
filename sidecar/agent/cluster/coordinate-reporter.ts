/**
 * Tells the datacenter where this node stands in the network, as seldom as is useful.
 *
 * Every report is billed as row writes, and coordinates never stand quite still: one is sent at first and then only
 * when the node has moved so far that an order by distance could change.
 */
import type { Coordinate } from '../../../protocol/types/coordinate.ts';

/** The datacenter's side. */
export interface CoordinateStore {
  /** What is stored for the node; null for nothing. */
  coordinate(node: string): Promise<Coordinate | null>;
  reportCoordinate(node: string, coordinate: Coordinate, token: string): Promise<void>;
}

export interface CoordinateReporterOptions {
  readonly store: CoordinateStore;
  readonly node: string;
  /** Where the node stands by its own measurement. */
  own(): Coordinate;
  token(): string;
  readonly clock: { after(delayMs: number, action: () => void): { cancel(): void } };
  /** Told of a report that failed; it is tried again at the next look. */
  failed(error: Error): void;
}

/** How often the node looks whether it has moved. Its place settles within a few minutes. */
export const LOOK_INTERVAL_MS = 60_000;
/** Less is noise: round trips between the zones of a datacenter differ by this and more. */
const MIN_DRIFT_SECONDS = 0.5e-3;
/** Of the node's distance from the middle of the pool: far away the noise is larger too. */
const MIN_DRIFT_FRACTION = 0.05;

export class CoordinateReporter {
  readonly #options: CoordinateReporterOptions;
  /** What the datacenter holds; undefined while that is not known. */
  #stored: Coordinate | null | undefined;
  #timer: { cancel(): void } | null = null;
  #isReporting = false;
  #isStopped = false;

  constructor(options: CoordinateReporterOptions) {
    this.#options = options;
  }

  /** The node stands in the catalog (again): what is stored of it may have gone with it in between. */
  registered(): void {
    this.#stored = undefined;
    void this.#report();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  async #report(): Promise<void> {
    if (this.#isReporting) return;
    this.#isReporting = true;
    this.#timer?.cancel();
    try {
      await this.#reportOnce();
    } catch (error) {
      this.#stored = undefined;
      this.#options.failed(error as Error);
    }
    this.#isReporting = false;
    if (this.#isStopped) return;
    this.#timer = this.#options.clock.after(LOOK_INTERVAL_MS, () => void this.#report());
  }

  async #reportOnce(): Promise<void> {
    const { store, node, token } = this.#options;
    const stored = this.#stored === undefined ? await store.coordinate(node) : this.#stored;
    const own = this.#options.own();
    if (stored === null || hasMoved(stored, own)) {
      await store.reportCoordinate(node, own, token());
      this.#stored = own;
    } else {
      this.#stored = stored;
    }
  }
}

function hasMoved(from: Coordinate, to: Coordinate): boolean {
  const drift =
    norm(to.Vec.map((value, axis) => value - (from.Vec[axis] ?? 0))) +
    Math.abs(to.Height - from.Height) +
    Math.abs(to.Adjustment - from.Adjustment);
  const fromMiddle = norm(from.Vec) + from.Height;
  return drift >= Math.max(MIN_DRIFT_SECONDS, MIN_DRIFT_FRACTION * fromMiddle);
}

function norm(vector: readonly number[]): number {
  return Math.hypot(...vector);
}
