/** Links that open and close, and the alarm's timers, brought to the nodes that they belong to. */
import { LINK_GRACE_MS } from '../protocol/limits.ts';
import type { DatacenterState } from './datacenter-state.ts';
import type { Links } from './link/links.ts';
import { deleteStoredSubscriptions, listLostLinks } from './link/stored-subscriptions.ts';
import { noteRecentFailureTxn } from './state/failure-counts.ts';
import { holdOnTxn } from './state/mass-failure.ts';
import {
  type LivenessSettings,
  linkClosedTxn,
  linkOpenedTxn,
  nodeTimers,
} from './state/node-health.ts';
import { setTimerTxn, timerDueAt } from './state/timers.ts';
import type { TimerHandler } from './alarms.ts';
import type { WriteTxn } from './writer.ts';

const ACTOR = 'liveness';

export class Liveness {
  readonly #state: DatacenterState;
  readonly #links: () => Links;

  constructor(state: DatacenterState, links: () => Links) {
    this.#state = state;
    this.#links = links;
  }

  linkOpened(node: string): void {
    this.#write((tx) => linkOpenedTxn(tx, node, this.#settings));
  }

  linkClosed(node: string): void {
    this.#write((tx) => linkClosedTxn(tx, node));
  }

  /**
   * For the constructor, once the sockets that outlived the object's memory are found again: links that ended with an
   * earlier run are told by nobody. Their nodes have the whole grace to come back.
   */
  noteLostLinks(): void {
    const { sql } = this.#state.storage;
    if (listLostLinks(sql, this.#links().ids()).length === 0) return;
    if (timerDueAt(sql, 'lost-links', '') !== null) return;
    this.#write((tx) => setTimerTxn(tx, 'lost-links', '', tx.now + LINK_GRACE_MS));
  }

  readonly timers = {
    'link-closed': this.#ofNode('link-closed'),
    'link-grace': this.#ofNode('link-grace'),
    vouch: this.#ofNode('vouch'),
    accused: this.#ofNode('accused'),
    heartbeat: this.#ofNode('heartbeat'),
    'recent-failure': (tx: WriteTxn) => noteRecentFailureTxn(tx.sql, -1),
    'held-failure': (tx: WriteTxn, node: string) => holdOnTxn(tx, node, this.#settings.massFailure),
    'lost-links': (tx: WriteTxn) => this.#askForLostTxn(tx),
  };

  #askForLostTxn(tx: WriteTxn): void {
    for (const { id, node } of listLostLinks(tx.sql, this.#links().ids())) {
      deleteStoredSubscriptions(tx.sql, id);
      if (node === null || this.#links().has(node)) continue;
      setTimerTxn(tx, 'link-grace', node, tx.now);
    }
  }

  #ofNode(kind: keyof typeof nodeTimers): TimerHandler {
    return (tx, node) =>
      nodeTimers[kind](tx, {
        node,
        link: this.#links().stateOf(node),
        settings: this.#settings,
      });
  }

  get #settings(): LivenessSettings {
    return this.#state.context.liveness;
  }

  #write(work: (tx: WriteTxn) => void): void {
    this.#state.batch(() => this.#state.writer.write(ACTOR, work));
  }
}
