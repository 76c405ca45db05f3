/**
 * Where snapshots come from and go to, as archives. The Worker makes them from the datacenter's state; the sidecar hands
 * them through, so that no large stream travels on its link.
 */
import type { CallOptions } from './server-rpc.ts';

export interface SavedSnapshot {
  /** The index that the state is of. */
  readonly index: number;
  /** Breaks off when the snapshot fails on the way: a reader finds it cut. */
  readonly archive: ReadableStream<Uint8Array>;
}

export interface SnapshotStore {
  /** @throws RPCError */
  save(options: CallOptions): Promise<SavedSnapshot>;
  /**
   * Replaces the whole state of the datacenter, or nothing of it. Reads through the caller's API see the restored state
   * once it has returned.
   *
   * @throws RPCError with what is wrong with the archive
   */
  restore(archive: ReadableStream<Uint8Array>, options: CallOptions): Promise<void>;
}
