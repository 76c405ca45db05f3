/** What the pool counts. Refusals are told apart, so that an operator sees whether it is noise, an attack or a wrong key. */
export const REFUSALS = [
  /** Another pool's label, none where one is due, or one where none is. */
  'label',
  /** No installed key decrypts it, or it was changed on the way. */
  'undecryptable',
  /** Plain where encryption is required, or encrypted where there is no key. */
  'encryption',
  'crc',
  'truncated',
  'malformed',
  /** A length beyond a limit, a decompression bomb among them. */
  'too_large',
  /** Envelopes inside envelopes, deeper than any peer makes them. */
  'nesting',
  'unknown_type',
  /** A ping for another name: an address that went to somebody else. */
  'unexpected_node',
  /** Outside `allowedCIDRs`. */
  'not_allowed',
  /** More nodes than are kept. */
  'too_many_nodes',
  /** More streams, or more bytes in streams, than are taken at once. */
  'too_busy',
  /** A stream that did not finish in time. */
  'timeout',
  /** Versions that do not fit ours. */
  'versions',
  /** The delegates' refusals (merge, alive). */
  'delegate',
] as const;

export type Refusal = (typeof REFUSALS)[number];

export class GossipCounters {
  packetsSent = 0;
  packetBytesSent = 0;
  packetsReceived = 0;
  packetBytesReceived = 0;
  streamsOpened = 0;
  streamsAccepted = 0;
  streamBytesSent = 0;
  streamBytesReceived = 0;
  probes = 0;
  probesFailed = 0;
  suspicions = 0;
  refutations = 0;
  deaths = 0;
  readonly refused: Record<Refusal, number> = Object.fromEntries(
    REFUSALS.map((refusal) => [refusal, 0]),
  ) as Record<Refusal, number>;

  refuse(reason: Refusal): void {
    this.refused[reason]++;
  }

  get totalRefused(): number {
    return REFUSALS.reduce((sum, reason) => sum + this.refused[reason], 0);
  }
}
