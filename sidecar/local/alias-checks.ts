/** What alias checks follow: this host's local state, or another node's checks in the catalog. */
import type { LocalState } from './local-state.ts';
import type { HealthCheck } from '../../protocol/types/catalog.ts';

/** All checks of one node: its own, and those of its services. */
export interface AliasView {
  readonly checks: readonly Pick<
    HealthCheck,
    'CheckID' | 'Name' | 'Status' | 'Output' | 'ServiceID'
  >[];
  /**
   * True as well for a node that the catalog does not know: nothing can be said of its services.
   */
  readonly hasService: (serviceID: string) => boolean;
}

/**
 * Tells of another node's state, at first and after changes; answers the function that ends this.
 */
export type WatchNode = (node: string, onView: (view: AliasView) => void) => () => void;

/** Fits the source that alias runners ask for. */
export class AliasChecks {
  readonly #state: LocalState;
  readonly #watchNode: WatchNode;

  constructor(state: LocalState, watchNode: WatchNode) {
    this.#state = state;
    this.#watchNode = watchNode;
  }

  /** @param node '' for this host */
  watch(node: string, onView: (view: AliasView) => void): () => void {
    if (node !== '') return this.#watchNode(node, onView);
    const state = this.#state;
    // Read when it is looked at: the host may have a thousand checks and change ten of them in
    // one turn.
    const view: AliasView = {
      get checks() {
        return state.checks().map(({ check }) => check);
      },
      hasService: (serviceID) => state.service(serviceID) !== undefined,
    };
    const tell = (): void => onView(view);
    tell();
    return state.listen(tell);
  }
}
