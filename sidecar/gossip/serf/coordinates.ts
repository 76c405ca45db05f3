import { CoordinateClient, CoordinateError } from '../coordinate/coordinate-client.ts';
import type { Coordinate } from '../../../protocol/types/coordinate.ts';
import type { PingDelegate } from '../delegates.ts';
import type { GossipNode } from '../gossip-node.ts';
import type { Random } from '../random.ts';
import type { SerfCounters } from './counters.ts';
import { decodeCoordinatePayload, encodeCoordinatePayload } from './messages/coordinate-payload.ts';

const MS_PER_SECOND = 1000;

/** This node's coordinate and what the others said of theirs, learned from memberlist's probes. */
export class Coordinates implements PingDelegate {
  readonly #client: CoordinateClient;
  readonly #counters: SerfCounters;
  readonly #nodeName: string;
  readonly #cache = new Map<string, Coordinate>();

  constructor(nodeName: string, random: Random, counters: SerfCounters) {
    this.#nodeName = nodeName;
    this.#client = new CoordinateClient(() => random.unit());
    this.#counters = counters;
  }

  get own(): Coordinate {
    return this.#client.coordinate;
  }

  get resets(): number {
    return this.#client.resets;
  }

  /** What a node said last, this one included; undefined until it was probed. */
  of(name: string): Coordinate | undefined {
    return name === this.#nodeName ? this.own : this.#cache.get(name);
  }

  forget(name: string): void {
    this.#client.forgetNode(name);
    this.#cache.delete(name);
  }

  ackPayload(): Uint8Array {
    return encodeCoordinatePayload(this.own);
  }

  notifyPingComplete(node: GossipNode, rttMs: number, payload: Uint8Array): void {
    // Members without coordinates send nothing.
    if (payload.length === 0) return;
    const other = decodeCoordinatePayload(payload);
    if (other === undefined) {
      this.#counters.malformed++;
      return;
    }
    try {
      this.#client.update(node.name, other, rttMs / MS_PER_SECOND);
      this.#cache.set(node.name, other);
    } catch (error) {
      if (!(error instanceof CoordinateError)) throw error;
      this.#counters.coordinatesRejected++;
    }
  }
}
