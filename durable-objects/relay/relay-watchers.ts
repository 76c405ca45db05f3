/** The datacenter's side of relays: who they are, what they watch, and the numbered calls to them. */
import type { Reply } from '../../protocol/frames.ts';
import type { Call, DatacenterState } from '../datacenter-state.ts';
import { renderFailure } from '../datacenter-state.ts';
import { toRPCError } from '../../protocol/errors.ts';
import { RELAY_RETRY_WAITS_MS } from '../../protocol/limits.ts';
import {
  RELAY_NODE,
  restoreSubscriptions,
  storeSubscriptions,
} from '../link/stored-subscriptions.ts';
import type { QueryPush, Watcher } from '../watch/watched-query.ts';
import type { RelayBump } from './relay-protocol.ts';

/** Delivers to a relay; gives the numbers that nobody waits for any more. */
export type CallRelay = (relay: string, bump: RelayBump) => Promise<number[]>;

class RelayWatcher implements Watcher {
  /** A relay keeps no answers. */
  readonly takesChanges = false;
  readonly name: string;
  readonly #call: CallRelay;
  readonly #unwatch: (id: number) => void;
  #seq = 0;

  constructor(name: string, call: CallRelay, unwatch: (id: number) => void) {
    this.name = name;
    this.#call = call;
    this.#unwatch = unwatch;
  }

  deliver(queryPushes: readonly QueryPush[]): void {
    const pushes = queryPushes.map(({ id, push: { index, body } }) => ({ id, index, body }));
    const bump = { seq: ++this.#seq, pushes };
    void this.#tell(bump).then((unwatched) => unwatched.forEach(this.#unwatch));
  }

  /**
   * Tells it again until it arrives: the relay takes a number that it does not expect for a gap, which is never wrong.
   *
   * @returns the numbers that nobody waits for any more
   */
  async #tell(bump: RelayBump): Promise<number[]> {
    for (const waitMs of RELAY_RETRY_WAITS_MS) {
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      try {
        return await this.#call(this.name, bump);
      } catch {
        // The next try follows. A relay that none of them reaches has lost its waiters' sockets, and they read again.
      }
    }
    return [];
  }
}

/** Rows of relays stand beside those of links; the prefix keeps the two apart. */
const ROW_PREFIX = RELAY_NODE;

export class RelayWatchers {
  readonly #state: DatacenterState;
  readonly #call: CallRelay;
  readonly #saveSoon: (key: string, save: () => void) => void;
  readonly #watchers = new Map<string, RelayWatcher>();

  constructor(
    state: DatacenterState,
    call: CallRelay,
    saveSoon: (key: string, save: () => void) => void,
  ) {
    this.#state = state;
    this.#call = call;
    this.#saveSoon = saveSoon;
    const rows = state.storage.sql.exec<{ id: string }>(
      'SELECT id FROM links WHERE node_id = ?',
      ROW_PREFIX,
    );
    for (const { id } of rows.toArray()) {
      const name = id.slice(ROW_PREFIX.length);
      restoreSubscriptions(state, id, this.#watcher(name));
    }
  }

  watch(relay: string, id: number, call: Call): Reply {
    try {
      const { reading, query } = this.#state.openQuery(call);
      const watcher = this.#watcher(relay);
      this.#state.subscriptions.add(watcher, id, query, reading.index);
      this.#save(watcher);
      return reading;
    } catch (error) {
      return renderFailure(toRPCError(error));
    }
  }

  #watcher(name: string): RelayWatcher {
    let watcher = this.#watchers.get(name);
    if (watcher === undefined) {
      const made: RelayWatcher = new RelayWatcher(name, this.#call, (id) => {
        this.#state.subscriptions.remove(made, id);
        this.#save(made);
      });
      watcher = made;
      this.#watchers.set(name, made);
    }
    return watcher;
  }

  #save(watcher: RelayWatcher): void {
    const rowId = ROW_PREFIX + watcher.name;
    this.#saveSoon(rowId, () => storeSubscriptions(this.#state, rowId, ROW_PREFIX, watcher));
  }
}
