import type { LinkModel } from '../../sidecar/gossip/testing/mock-network.ts';
import type { SeededRandom } from '../../sidecar/gossip/testing/seeded-random.ts';

export interface LinkOptions {
  /** One way, at least. */
  readonly minDelayMs: number;
  /** What comes on top, exponentially distributed. */
  readonly meanExtraMs: number;
  /** From 0 to 1, for each packet. */
  readonly loss: number;
}

/** A datacenter's network: half a millisecond of round trip, a packet in a thousand lost. */
export const LAN_LINKS: LinkOptions = { minDelayMs: 0.2, meanExtraMs: 0.3, loss: 0.001 };

/** Streams are not lost, only late: TCP repeats what is. */
export function linkModel(options: LinkOptions, random: SeededRandom): LinkModel {
  const delayMs = (): number =>
    options.minDelayMs - options.meanExtraMs * Math.log(1 - random.unit());
  return {
    packetDelayMs: () => (random.unit() < options.loss ? undefined : delayMs()),
    streamDelayMs: delayMs,
  };
}
