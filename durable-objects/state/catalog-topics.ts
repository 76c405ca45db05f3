/**
 * Which topics a catalog write touches.
 *
 * Readers of one service depend on its instances, their nodes and their checks; readers of a node
 * on the node and its services; readers of a node's checks on those alone, so that a flapping check
 * wakes nobody who asked for services.
 */
import { CHECKS, INSTANCES, type Topic, nodeChecksTopic, nodeTopic } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';

/** Names of nodes, services and checks compare without regard to case. */
export const foldName = (name: string): string => name.toLowerCase();

const touchedIn = new WeakMap<WriteTxn, Map<Topic, boolean>>();

/**
 * Touches a topic once in a write, however many rows of the write concern it: each touch is a
 * billed row.
 */
export function touchOnce(tx: WriteTxn, topic: Topic, gone = false): void {
  let touched = touchedIn.get(tx);
  if (touched === undefined) touchedIn.set(tx, (touched = new Map<Topic, boolean>()));
  if (touched.get(topic) === gone) return;
  touched.set(topic, gone);
  tx.touch(topic, gone);
}

/** Whether the write has touched the node, and not as one that has gone: then it is there, and nobody needs to look. */
export function isTouchedNode(tx: WriteTxn, node: string): boolean {
  return touchedIn.get(tx)?.get(nodeTopic(node)) === false;
}

/**
 * For whoever reads checks by state or by node. Neither needs a row: the index of all checks stands in the log, and that
 * of a node's in its checks (topic-index.ts).
 */
export function wakeChecksOf(tx: WriteTxn, node: string): void {
  tx.wake(CHECKS);
  tx.wake(nodeChecksTopic(node));
}

/** The node or an instance on it has changed. The list of all instances needs no row: its index is the highest of these. */
export function touchNode(tx: WriteTxn, node: string, gone = false): void {
  tx.wake(INSTANCES);
  touchOnce(tx, nodeTopic(node), gone);
}

/** A check of the node has gone, and its index with it: the topic keeps it. */
export function touchCheckGone(tx: WriteTxn, node: string): void {
  tx.wake(CHECKS);
  touchOnce(tx, nodeChecksTopic(node));
}

/** A node has gone: both of its topics become tombstones. */
export function touchNodeGone(tx: WriteTxn, node: string, hadChecks: boolean): void {
  touchNode(tx, node, true);
  if (!hadChecks) return;
  tx.wake(CHECKS);
  touchOnce(tx, nodeChecksTopic(node), true);
}
