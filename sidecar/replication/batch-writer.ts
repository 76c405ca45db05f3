/** Applies changes in batches that fit a frame; only the last one moves the follower's place. */
import { MAX_REPLICATED_CHANGES, REPLICATION_BATCH_CHARS } from '../../protocol/limits.ts';
import type { ReplicatedChange, ReplicationSource } from '../../protocol/types/replication.ts';
import type { BoundRPC } from './bound-rpc.ts';
import { StartOverError } from './errors.ts';
import type { ReplicatedStream } from './stream.ts';

export interface BatchPlace {
  readonly source: ReplicationSource;
  /** Where the follower stands. */
  readonly after: string;
  /** Where it stands while some of the changes are missing: '' makes an interrupted copy begin again. */
  readonly meanwhile: string;
}

export class BatchWriter {
  readonly #follower: BoundRPC;
  readonly #stream: ReplicatedStream;
  readonly #place: BatchPlace;
  #after: string;
  #changes: ReplicatedChange[] = [];
  #chars = 0;

  constructor(follower: BoundRPC, stream: ReplicatedStream, place: BatchPlace) {
    this.#follower = follower;
    this.#stream = stream;
    this.#place = place;
    this.#after = place.after;
  }

  async add(change: ReplicatedChange): Promise<void> {
    this.#changes.push(change);
    this.#chars += change.Key.length + JSON.stringify(change.Value).length;
    const isFull =
      this.#changes.length === MAX_REPLICATED_CHANGES || this.#chars >= REPLICATION_BATCH_CHARS;
    if (isFull) await this.#apply(this.#place.meanwhile);
  }

  /** @throws StartOverError when the follower stands elsewhere: somebody else writes, or it was restored */
  async finish(position: string): Promise<void> {
    await this.#apply(position);
  }

  async #apply(position: string): Promise<void> {
    const { name, family } = this.#stream;
    const isApplied = await this.#follower.json('replication.apply', {
      name,
      family,
      source: this.#place.source,
      after: this.#after,
      position,
      changes: this.#changes,
    });
    if (isApplied !== true) throw new StartOverError(`${name} stands elsewhere`);
    this.#after = position;
    this.#changes = [];
    this.#chars = 0;
  }
}
