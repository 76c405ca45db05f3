/**
 * Whether a node lives, as its link tells: `serfHealth` follows.
 *
 * A closed link means nothing by itself (a deploy drops every socket at once): only one that stays closed for longer
 * than the grace period fails its node. A node that was registered by nobody's link is left alone.
 */
import { LINK_GRACE_MS } from '../protocol/limits.ts';
import { type CheckStatus, SERF_HEALTH_CHECK_ID } from '../protocol/types/catalog.ts';
import type { DatacenterState } from './datacenter-state.ts';
import { setCheckStatusTxn } from './state/checks.ts';
import { clearTimerTxn, setTimerTxn } from './state/timers.ts';
import { sessionHooks } from './state/session-invalidation.ts';
import type { WriteTxn } from './writer.ts';

const TIMER = 'link-grace';
const ACTOR = 'liveness';
const ALIVE = 'Agent alive and reachable';
const FAILED = 'Agent not live or unreachable';

export class Liveness {
  readonly #state: DatacenterState;
  readonly #hasLink: (node: string) => boolean;

  constructor(state: DatacenterState, hasLink: (node: string) => boolean) {
    this.#state = state;
    this.#hasLink = hasLink;
  }

  linkOpened(node: string): void {
    this.#write((tx) => {
      clearTimerTxn(tx, TIMER, node.toLowerCase());
      setHealthTxn(tx, node, 'passing', ALIVE);
    });
  }

  linkClosed(node: string): void {
    this.#write((tx) => setTimerTxn(tx, TIMER, node.toLowerCase(), tx.now + LINK_GRACE_MS));
  }

  /** What happens when a node's grace period is over. */
  graceOverTxn(tx: WriteTxn, node: string): void {
    if (!this.#hasLink(node)) setHealthTxn(tx, node, 'critical', FAILED);
  }

  #write(work: (tx: WriteTxn) => void): void {
    this.#state.batch(() => this.#state.writer.write(ACTOR, work));
  }
}

/** A node without the check has no agent, or has left: it is not brought back. */
function setHealthTxn(tx: WriteTxn, node: string, status: CheckStatus, output: string): void {
  setCheckStatusTxn(tx, node, SERF_HEALTH_CHECK_ID, status, output, sessionHooks);
}
