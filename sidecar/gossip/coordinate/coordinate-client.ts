import { distanceSeconds, isFiniteCoordinate } from '../../../protocol/coordinate.ts';
import type { Coordinate } from '../../../protocol/types/coordinate.ts';
import {
  applyForce,
  DEFAULT_COORDINATE_CONFIG,
  originOf,
  rawDistanceSeconds,
} from './coordinate.ts';
import type { CoordinateConfig } from './coordinate.ts';
import { ZERO_THRESHOLD } from './vector.ts';

/** A longer round trip is a measuring error (a suspended machine), not a distance. Serf's value. */
export const MAX_RTT_SECONDS = 10;

export class CoordinateError extends Error {
  override readonly name = 'CoordinateError';
}

/**
 * One node's estimate of where it stands, moved by each measured round trip.
 *
 * The owner calls `forgetNode` when a node is erased: samples are kept for each name until then, so their number is that of
 * the members.
 */
export class CoordinateClient {
  readonly #config: CoordinateConfig;
  readonly #random: () => number;
  readonly #origin: Coordinate;
  #coordinate: Coordinate;
  readonly #adjustmentSamples: number[];
  #nextAdjustment = 0;
  readonly #latencySamples = new Map<string, number[]>();
  #resets = 0;

  /** @param random uniform in [0, 1) */
  constructor(random: () => number, config: CoordinateConfig = DEFAULT_COORDINATE_CONFIG) {
    if (config.dimensionality < 1) throw new CoordinateError('dimensionality must be >0');
    this.#config = config;
    this.#random = random;
    this.#origin = originOf(config);
    this.#coordinate = this.#origin;
    this.#adjustmentSamples = Array.from({ length: config.adjustmentWindow }, () => 0);
  }

  get coordinate(): Coordinate {
    return this.#coordinate;
  }

  /** How often the estimate diverged and started anew in the origin. */
  get resets(): number {
    return this.#resets;
  }

  /** @throws {CoordinateError} for other dimensions, NaN or infinity */
  setCoordinate(coordinate: Coordinate): void {
    this.#check(coordinate);
    this.#coordinate = coordinate;
  }

  forgetNode(node: string): void {
    this.#latencySamples.delete(node);
  }

  distanceSecondsTo(other: Coordinate): number {
    return distanceSeconds(this.#coordinate, other);
  }

  /**
   * Takes in a round trip to `node`, which says that it stands at `other`.
   *
   * @returns the new estimate
   * @throws {CoordinateError} for a coordinate or round trip out of range; the estimate is then unchanged
   */
  update(node: string, other: Coordinate, rttSeconds: number): Coordinate {
    this.#check(other);
    if (!(rttSeconds >= 0 && rttSeconds <= MAX_RTT_SECONDS)) {
      throw new CoordinateError(`round trip of ${rttSeconds} s is not in [0, ${MAX_RTT_SECONDS}]`);
    }
    const filtered = this.#filterLatency(node, rttSeconds);
    this.#updateVivaldi(other, filtered);
    this.#updateAdjustment(other, filtered);
    this.#updateGravity();
    if (!isFiniteCoordinate(this.#coordinate)) {
      this.#resets++;
      this.#coordinate = this.#origin;
    }
    return this.#coordinate;
  }

  #check(other: Coordinate): void {
    if (other.Vec.length !== this.#config.dimensionality) {
      throw new CoordinateError("dimensions aren't compatible");
    }
    if (!isFiniteCoordinate(other)) throw new CoordinateError('coordinate is invalid');
  }

  /** A moving median: one lost packet must not move a node to another continent. */
  #filterLatency(node: string, rttSeconds: number): number {
    const samples = [...(this.#latencySamples.get(node) ?? []), rttSeconds];
    if (samples.length > this.#config.latencyFilterSize) samples.shift();
    this.#latencySamples.set(node, samples);
    const sorted = samples.toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? rttSeconds;
  }

  #updateVivaldi(other: Coordinate, rttSeconds: number): void {
    const { errorMax, errorWeight, coordinateWeight } = this.#config;
    const mine = this.#coordinate;
    const estimate = distanceSeconds(mine, other);
    const rtt = Math.max(rttSeconds, ZERO_THRESHOLD);
    const wrongness = Math.abs(estimate - rtt) / rtt;
    const weight = mine.Error / Math.max(mine.Error + other.Error, ZERO_THRESHOLD);
    const moved = errorWeight * weight;
    const error = Math.min(moved * wrongness + mine.Error * (1 - moved), errorMax);
    const force = coordinateWeight * weight * (rtt - estimate);
    this.#coordinate = this.#push({ ...mine, Error: error }, force, other);
  }

  #updateAdjustment(other: Coordinate, rttSeconds: number): void {
    const window = this.#config.adjustmentWindow;
    if (window === 0) return;
    // Against the raw distance: the adjustment must not feed on itself.
    this.#adjustmentSamples[this.#nextAdjustment] =
      rttSeconds - rawDistanceSeconds(this.#coordinate, other);
    this.#nextAdjustment = (this.#nextAdjustment + 1) % window;
    const sum = this.#adjustmentSamples.reduce((total, sample) => total + sample, 0);
    this.#coordinate = { ...this.#coordinate, Adjustment: sum / (2 * window) };
  }

  #updateGravity(): void {
    const distance = distanceSeconds(this.#origin, this.#coordinate);
    const force = -((distance / this.#config.gravityRho) ** 2);
    this.#coordinate = this.#push(this.#coordinate, force, this.#origin);
  }

  #push(coordinate: Coordinate, force: number, other: Coordinate): Coordinate {
    return applyForce(coordinate, force, other, this.#config, this.#random);
  }
}
