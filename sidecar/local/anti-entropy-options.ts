/** What anti-entropy needs of its host and of the datacenter. */
import type { EntryIDs } from '../../protocol/node-digest.ts';
import type { RegisterRequest } from '../../protocol/types/catalog.ts';
import type { Catalog, Clock, Log, NodeInfo } from './interfaces.ts';
import type { LocalState } from './local-state.ts';

export interface AntiEntropyOptions {
  readonly state: LocalState;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly log: Log;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly node: () => NodeInfo;
  /** For the node itself, and for what leaves it. */
  readonly nodeToken: () => string;
  /** For services and checks that name no token. */
  readonly defaultToken: () => string;
  /** Consul's check_update_interval: how long a changed output may wait, in milliseconds. */
  readonly checkUpdateIntervalMs: () => number;
  /** Nodes of the cluster, which the comparisons are spaced by. */
  readonly clusterSize: () => number;
  /**
   * What stands in the catalog for this node and is kept by others (serfHealth, the service
   * `consul`).
   */
  readonly kept: EntryIDs;
  /** Registers the node together with what is kept by others, for a catalog that does not know the node at all. */
  readonly wholeNode: () => RegisterRequest;
  /** The index of this host's latest write to the catalog. */
  readonly lastWritten: () => number;
}
