/**
 * What the catalog tells about health checks and nodes while it writes.
 *
 * Sessions hang on both: whoever owns them ends them in the same transaction, at the same index.
 */
import type { WriteTxn } from '../writer.ts';

export interface CatalogHooks {
  /**
   * A check was written with this status, or has gone (null). Called once the row stands, or stands
   * no more.
   */
  checkChangedTxn(tx: WriteTxn, node: string, checkID: string, status: string | null): void;
  /** A node has gone with everything on it; its checks are not told one by one. */
  nodeRemovedTxn(tx: WriteTxn, node: string): void;
}
