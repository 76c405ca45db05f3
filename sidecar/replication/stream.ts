/** What every stream says of itself. */
import type { ReplicatedChange, ReplicatedFamily } from '../../protocol/types/replication.ts';
import type { BoundRPC } from './bound-rpc.ts';

export interface ReplicatedStream {
  /** Under which its place is kept. */
  readonly name: string;
  readonly family: ReplicatedFamily;
  /** The datacenter that is followed. */
  readonly datacenter: string;
  /** Of the source's change log. */
  readonly topics: readonly string[];
  /** What its things are called in a sentence. */
  readonly plural: string;

  /** Keys, as the follower spells them, of all that the source has. */
  sourceKeys(source: BoundRPC): Promise<Set<string>>;
  /** Keys of all that the follower has and that belongs to the stream. */
  followerKeys(follower: BoundRPC): Promise<Set<string>>;
  /** Everything that the source has, piece by piece. */
  readAll(source: BoundRPC): AsyncIterable<ReplicatedChange>;
  /** What changes of the log come to. @param texts JSON of each, oldest first */
  translate(texts: readonly string[], source: BoundRPC): Promise<ReplicatedChange[]>;
}
