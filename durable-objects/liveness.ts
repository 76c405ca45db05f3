/** Links that open and close, brought to the nodes that they belong to. */
import type { DatacenterState } from './datacenter-state.ts';
import { type LinkState, graceOverTxn, linkClosedTxn, nodeAliveTxn } from './state/node-health.ts';
import type { WriteTxn } from './writer.ts';

const ACTOR = 'liveness';

export class Liveness {
  readonly #state: DatacenterState;
  readonly #linkOf: (node: string) => LinkState;

  constructor(state: DatacenterState, linkOf: (node: string) => LinkState) {
    this.#state = state;
    this.#linkOf = linkOf;
  }

  linkOpened(node: string): void {
    this.#write((tx) => nodeAliveTxn(tx, node));
  }

  linkClosed(node: string): void {
    this.#write((tx) => linkClosedTxn(tx, node));
  }

  /** What happens when a node's grace period is over. */
  graceOverTxn(tx: WriteTxn, node: string): void {
    graceOverTxn(tx, node, this.#linkOf(node));
  }

  #write(work: (tx: WriteTxn) => void): void {
    this.#state.batch(() => this.#state.writer.write(ACTOR, work));
  }
}
