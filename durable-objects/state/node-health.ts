/**
 * Whether a node lives: `serfHealth` as links and gossip tell it.
 *
 * A node without that check has no agent, or has left: nothing here brings it back.
 */
import { LINK_GRACE_MS, LINK_SILENT_MS } from '../../protocol/limits.ts';
import { type CheckStatus, SERF_HEALTH_CHECK_ID } from '../../protocol/types/catalog.ts';
import type { SQL } from '../db/storage.ts';
import type { WriteTxn } from '../writer.ts';
import { setCheckStatusTxn } from './checks.ts';
import { sessionHooks } from './session-invalidation.ts';
import { clearTimerTxn, setTimerTxn, timerDueAt } from './timers.ts';

/** `silent`: open, as far as the platform knows, but its keepalives have ceased, as those of a host without power do. */
export type LinkState = 'live' | 'silent' | 'none';

const TIMER = 'link-grace';
const ALIVE = 'Agent alive and reachable';
const FAILED = 'Agent not live or unreachable';

/** A link opened, or gossip says that the node lives. */
export function nodeAliveTxn(tx: WriteTxn, node: string): void {
  clearTimerTxn(tx, TIMER, node.toLowerCase());
  setHealthTxn(tx, node, 'passing', ALIVE);
}

/** Gossip says that the node is dead. A live link outweighs that, for as long as it lives. */
export function nodeSuspectedTxn(tx: WriteTxn, node: string, link: LinkState): void {
  if (link !== 'live') nodeFailedTxn(tx, node);
  else setTimerTxn(tx, TIMER, node.toLowerCase(), tx.now + LINK_SILENT_MS);
}

/** The node's last link closed, which means nothing by itself: a deploy drops every one. */
export function linkClosedTxn(tx: WriteTxn, node: string): void {
  setTimerTxn(tx, TIMER, node.toLowerCase(), tx.now + LINK_GRACE_MS);
}

/** When a node whose link is down will have failed, in milliseconds; null for any other. */
export function linkGraceEndsAt(sql: SQL, nodeKey: string): number | null {
  return timerDueAt(sql, TIMER, nodeKey);
}

/** What happens when a node's time to come back is over. */
export function graceOverTxn(tx: WriteTxn, node: string, link: LinkState): void {
  if (link !== 'live') nodeFailedTxn(tx, node);
}

function nodeFailedTxn(tx: WriteTxn, node: string): void {
  clearTimerTxn(tx, TIMER, node.toLowerCase());
  setHealthTxn(tx, node, 'critical', FAILED);
}

function setHealthTxn(tx: WriteTxn, node: string, status: CheckStatus, output: string): void {
  setCheckStatusTxn(tx, node, SERF_HEALTH_CHECK_ID, status, output, sessionHooks);
}
