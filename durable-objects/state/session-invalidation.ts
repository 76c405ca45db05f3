/**
 * How the catalog and the clock end sessions.
 *
 * The catalog calls the hooks below from inside its own write, so that a failed check and the locks that fall with it
 * have one index: no reader ever sees a lock whose session is gone.
 */
import { nodeSessionsTopic } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import { sessionRowsOfNode } from './session-rows.ts';
import { destroySessionTxn } from './sessions.ts';

/**
 * A check got a status, or is gone (`null`): ends the sessions that hang on it when it is critical or gone.
 *
 * @param node any spelling of the node's name
 */
export function checkChangedTxn(
  tx: WriteTxn,
  node: string,
  checkID: string,
  status: string | null,
): void {
  if (status !== null && status !== 'critical') return;
  const bound = tx.sql
    .exec<{ session: string }>(
      'SELECT session FROM session_checks WHERE node = ? AND check_id = ?',
      node.toLowerCase(),
      checkID.toLowerCase(),
    )
    .toArray();
  for (const { session } of bound) destroySessionTxn(tx, session);
}

/** A node is gone, and its sessions with it. */
export function nodeRemovedTxn(tx: WriteTxn, node: string): void {
  for (const { id } of sessionRowsOfNode(tx.sql, node)) destroySessionTxn(tx, id);
  // A tombstone from now on, at the index that it has: nobody needs to wake for a list that was empty before.
  tx.sql.exec('UPDATE topics SET gone_at = ? WHERE name = ?', tx.now, nodeSessionsTopic(node));
}

/** Both together, in the shape in which the catalog asks for them. */
export const sessionHooks = { checkChangedTxn, nodeRemovedTxn };

/** Handler of the timers of kind `session-ttl`. */
export function expireSessionTxn(tx: WriteTxn, id: string): void {
  destroySessionTxn(tx, id);
}
