import type { Member, Tags } from './member.ts';
import type { SerfState } from './serf.ts';
import { encodeCheckedTags } from './validate.ts';

/** What changes over the life of a node, and is looked at by several parts. */
export class Lifecycle {
  state: SerfState = 'alive';
  /** While a join runs that asked for it. */
  ignoresOldEvents = false;
  /** A conflict is announced with every message of the other; one vote at a time is enough. */
  isResolvingConflict = false;
  readonly #protocolVersion: number;
  #tags: Tags;
  #meta: Uint8Array;

  /** @throws GossipError `too_large` */
  constructor(tags: Tags, protocolVersion: number) {
    this.#protocolVersion = protocolVersion;
    this.#tags = tags;
    this.#meta = encodeCheckedTags(tags, protocolVersion);
  }

  get tags(): Member['tags'] {
    return this.#tags;
  }

  /** The tags, encoded. */
  get meta(): Uint8Array {
    return this.#meta;
  }

  /** @throws GossipError `too_large`; the tags are then unchanged */
  setTags(tags: Tags): void {
    this.#meta = encodeCheckedTags(tags, this.#protocolVersion);
    this.#tags = tags;
  }
}
