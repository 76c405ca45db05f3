/**
 * Whether a node lives: `serfHealth` as links and gossip tell it.
 *
 * A live link outweighs everything. Without one, a node is failed when gossip says so, or when its link has been closed longer
 * than the grace and no member of the pool vouches for it (node-doubt.ts). A node without that check has no agent, or has
 * left: nothing here brings it back.
 *
 * Timers, of which a node has any: `link-closed` (its link closed a moment ago), `link-grace` (it is asked after once that is
 * over), `vouch` (members are asked), `accused` (gossip says that it is dead, its link that it lives: its agent is asked), `heartbeat` (no member
 * would see it fail, so its keepalives are looked at).
 */
import {
  ACCUSED_WAIT_MS,
  DOUBT_RETRY_MS,
  LINK_ASK_MS,
  LINK_GRACE_MS,
  LINK_SILENT_MS,
  MAX_EARLY_DOUBTS,
  UNREACHABLE_WAIT_MS,
  VOUCH_RENEW_MS,
  VOUCH_WAIT_MS,
} from '../../protocol/limits.ts';
import { type CheckStatus, SERF_HEALTH_CHECK_ID } from '../../protocol/types/catalog.ts';
import type { SQL } from '../db/storage.ts';
import type { WriteTxn } from '../writer.ts';
import { findCheckRow } from './checks-rows.ts';
import { setCheckStatusTxn } from './checks.ts';
import {
  askMembersTxn,
  countDoubted,
  doubtEndsAt,
  endDoubtTxn,
  hastenDoubtTxn,
} from './node-doubt.ts';
import { type MassFailureSettings, endHoldTxn, listHeld, mayFailTxn } from './mass-failure.ts';
import { sessionHooks } from './session-invalidation.ts';
import { clearTimerTxn, countTimers, setTimerTxn, timerDueAt } from './timers.ts';

/** `silent`: open, as far as the platform knows, but its keepalives have ceased, as those of a host without power do. */
export type LinkState = 'live' | 'silent' | 'none';

export interface LivenessSettings {
  /** Null for no brake. */
  readonly massFailure: MassFailureSettings | null;
  /** How often the keepalives of hosts are looked at that no member watches; null for never. */
  readonly heartbeatMs: number | null;
}

/** What is known of the node besides its rows. */
export interface NodeView {
  readonly node: string;
  readonly link: LinkState;
  readonly settings: LivenessSettings;
}

const ALIVE = 'Agent alive and reachable';
const FAILED = 'Agent not live or unreachable';

/** Whether anybody watches the node is as it was: that its link is back does not tell. */
export function linkOpenedTxn(tx: WriteTxn, node: string, settings: LivenessSettings): void {
  const key = node.toLowerCase();
  aliveTxn(tx, node);
  if (timerDueAt(tx.sql, 'heartbeat', key) !== null) watchHeartbeatTxn(tx, key, settings);
}

/** The node's last link closed, which means nothing by itself: a deploy drops every one. */
export function linkClosedTxn(tx: WriteTxn, node: string): void {
  setTimerTxn(tx, 'link-closed', node.toLowerCase(), tx.now + LINK_ASK_MS);
}

/** Gossip says that the node lives, or it answered a member's ping. */
export function nodeVouchedTxn(tx: WriteTxn, { node, link }: NodeView): void {
  const key = node.toLowerCase();
  aliveTxn(tx, node);
  clearTimerTxn(tx, 'heartbeat', key);
  if (link !== 'live' && hasAgent(tx.sql, key)) {
    setTimerTxn(tx, 'link-grace', key, tx.now + VOUCH_RENEW_MS);
  }
}

/**
 * Gossip says that the node is dead. A live link outweighs that; but one that only looks alive, as that of a host without
 * power, does so for half a minute. So its own agent is asked over it.
 */
export function nodeSuspectedTxn(tx: WriteTxn, view: NodeView): void {
  if (view.link !== 'live') return nodeFailedTxn(tx, view);
  const key = view.node.toLowerCase();
  if (!hasAgent(tx.sql, key)) return;
  const isAsked = askMembersTxn(tx, key, ACCUSED_WAIT_MS + VOUCH_WAIT_MS);
  setTimerTxn(tx, 'accused', key, tx.now + (isAsked ? ACCUSED_WAIT_MS : LINK_SILENT_MS));
}

/** The node's own agent answers over its link; whether gossip can reach it stays as it was. */
export function nodeLinkedTxn(tx: WriteTxn, { node, settings }: NodeView): void {
  const key = node.toLowerCase();
  // Behind NAT: from now on its keepalives are all that tells.
  if (timerDueAt(tx.sql, 'accused', key) !== null) watchHeartbeatTxn(tx, key, settings);
  aliveTxn(tx, node);
}

/** A member knows the node as alive and gets no answer to its pings: a link that is closed as well is no accident. */
export function nodeUnreachableTxn(tx: WriteTxn, { node, link }: NodeView): void {
  if (link !== 'live') hastenDoubtTxn(tx, node.toLowerCase(), UNREACHABLE_WAIT_MS);
}

/** The node's agent says that no member would see it fail. */
export function nodeUnwatchedTxn(tx: WriteTxn, { node, settings }: NodeView): void {
  watchHeartbeatTxn(tx, node.toLowerCase(), settings);
}

/** When a node whose link is down will have failed unless somebody vouches for it, in milliseconds; null for any other. */
export function linkGraceEndsAt(sql: SQL, nodeKey: string): number | null {
  const askedAt = timerDueAt(sql, 'link-grace', nodeKey);
  const closing = timerDueAt(sql, 'link-closed', nodeKey);
  if (closing !== null) return closing + LINK_GRACE_MS - LINK_ASK_MS;
  return doubtEndsAt(sql, nodeKey) ?? (askedAt === null ? null : askedAt + VOUCH_WAIT_MS);
}

/** What the alarm does with the timers of a node. Each is cleared already. */
export const nodeTimers = {
  /** Members are asked at once, so that a dead host is gone in seconds; but not when many links closed together. */
  'link-closed'(tx: WriteTxn, view: NodeView): void {
    const key = view.node.toLowerCase();
    // Links of other datacenters' agents belong to no node here.
    if (view.link === 'live' || !hasAgent(tx.sql, key)) return;
    const others =
      countTimers(tx.sql, 'link-closed', MAX_EARLY_DOUBTS) +
      countTimers(tx.sql, 'link-grace', MAX_EARLY_DOUBTS) +
      countDoubted(tx.sql, MAX_EARLY_DOUBTS);
    const graceMs = LINK_GRACE_MS - LINK_ASK_MS;
    if (others < MAX_EARLY_DOUBTS && askMembersTxn(tx, key, graceMs)) return;
    setTimerTxn(tx, 'link-grace', key, tx.now + graceMs - VOUCH_WAIT_MS);
  },

  'link-grace'(tx: WriteTxn, view: NodeView): void {
    const key = view.node.toLowerCase();
    if (view.link === 'live' || !hasAgent(tx.sql, key)) return;
    if (!askMembersTxn(tx, key, VOUCH_WAIT_MS)) {
      setTimerTxn(tx, 'link-grace', key, tx.now + DOUBT_RETRY_MS);
    }
  },

  vouch(tx: WriteTxn, view: NodeView): void {
    if (view.link !== 'live') nodeFailedTxn(tx, view);
  },

  accused(tx: WriteTxn, view: NodeView): void {
    const key = view.node.toLowerCase();
    const wasAsked = doubtEndsAt(tx.sql, key) !== null;
    if (view.link !== 'live' || wasAsked) return nodeFailedTxn(tx, view);
    watchHeartbeatTxn(tx, key, view.settings);
  },

  heartbeat(tx: WriteTxn, { node, link, settings }: NodeView): void {
    const key = node.toLowerCase();
    if (!hasAgent(tx.sql, key)) return;
    if (link === 'silent') askMembersTxn(tx, key, VOUCH_WAIT_MS);
    if (link === 'live') return watchHeartbeatTxn(tx, key, settings);
    // Kept for the next link, of which nobody else would tell that it needs watching.
    setTimerTxn(tx, 'heartbeat', key, tx.now + PARKED_MS);
  },
};

/** A host that is away for longer tells by itself, when it comes back, that nobody watches it. */
const PARKED_MS = 30 * 86_400_000;

/** Marks what the brake holds. @returns how many nodes */
export function releaseHeldTxn(tx: WriteTxn): number {
  const held = listHeld(tx.sql);
  for (const key of held) {
    endHoldTxn(tx, key);
    setHealthTxn(tx, key, 'critical', FAILED);
  }
  return held.length;
}

function watchHeartbeatTxn(tx: WriteTxn, key: string, { heartbeatMs }: LivenessSettings): void {
  if (heartbeatMs !== null) setTimerTxn(tx, 'heartbeat', key, tx.now + heartbeatMs);
}

function aliveTxn(tx: WriteTxn, node: string): void {
  settleTxn(tx, node.toLowerCase());
  endHoldTxn(tx, node.toLowerCase());
  setHealthTxn(tx, node, 'passing', ALIVE);
}

function nodeFailedTxn(tx: WriteTxn, { node, settings }: NodeView): void {
  const key = node.toLowerCase();
  settleTxn(tx, key);
  const check = findCheckRow(tx.sql, key, SERF_HEALTH_CHECK_ID);
  if (check === undefined || check.status === 'critical') return;
  if (mayFailTxn(tx, key, settings.massFailure)) setHealthTxn(tx, node, 'critical', FAILED);
}

function settleTxn(tx: WriteTxn, key: string): void {
  clearTimerTxn(tx, 'link-closed', key);
  clearTimerTxn(tx, 'link-grace', key);
  clearTimerTxn(tx, 'accused', key);
  endDoubtTxn(tx, key);
}

function hasAgent(sql: SQL, key: string): boolean {
  return findCheckRow(sql, key, SERF_HEALTH_CHECK_ID) !== undefined;
}

function setHealthTxn(tx: WriteTxn, node: string, status: CheckStatus, output: string): void {
  setCheckStatusTxn(tx, node, SERF_HEALTH_CHECK_ID, status, output, sessionHooks);
}
