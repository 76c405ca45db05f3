/**
 * Whether a node lives, as its link tells: `serfHealth` follows.
 *
 * A closed link means nothing by itself (a deploy drops every socket at once): only one that stays closed for longer
 * than the grace period fails its node. A node that was registered by nobody's link is left alone.
 */
import { LINK_GRACE_MS } from '../protocol/limits.ts';
import { SERF_HEALTH_CHECK_ID } from '../protocol/types/catalog.ts';
import type { DatacenterState } from './datacenter-state.ts';
import { catalogHooks } from './endpoints/catalog.ts';
import { setCheckStatusTxn } from './state/checks.ts';
import { clearTimerTxn, setTimerTxn } from './state/timers.ts';
import type { TimerHandlers } from './alarms.ts';

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
    this.#state.batch(() => {
      clearTimerTxn(this.#state.storage.sql, TIMER, node.toLowerCase());
      this.#setHealth(node, 'passing', ALIVE);
    });
  }

  linkClosed(node: string): void {
    this.#state.batch(() =>
      setTimerTxn(this.#state.storage.sql, TIMER, node.toLowerCase(), this.#state.context.now() + LINK_GRACE_MS),
    );
  }

  readonly timers: TimerHandlers = {
    [TIMER]: (node: string) => {
      if (!this.#hasLink(node)) this.#setHealth(node, 'critical', FAILED);
    },
  };

  /** A node without the check has no agent, or has left: it is not brought back. */
  #setHealth(node: string, status: 'passing' | 'critical', output: string): void {
    this.#state.writer.write(ACTOR, (tx) =>
      setCheckStatusTxn(tx, node, SERF_HEALTH_CHECK_ID, status, output, catalogHooks),
    );
  }
}
