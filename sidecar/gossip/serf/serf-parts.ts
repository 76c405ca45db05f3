/** What a Serf node is made of. Connected by start-serf.ts. */
import type { GossipLog } from '../log.ts';
import type { BroadcastQueues } from './broadcast-queues.ts';
import type { SerfConfig } from './config.ts';
import type { Coordinates } from './coordinates.ts';
import type { SerfCounters } from './counters.ts';
import type { EventPipeline } from './event-pipeline.ts';
import type { KeyManager } from './internal/key-manager.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Listeners } from './listeners.ts';
import type { Maintenance } from './maintenance.ts';
import type { Membership } from './membership.ts';
import type { Queries } from './query/queries.ts';
import type { Snapshotter } from './snapshot/snapshotter.ts';
import type { UserEvents } from './user-events.ts';
import type { Waits } from './waits.ts';

export interface SerfParts {
  readonly config: SerfConfig;
  readonly log: GossipLog;
  readonly counters: SerfCounters;
  readonly lifecycle: Lifecycle;
  readonly listeners: Listeners;
  readonly membership: Membership;
  readonly userEvents: UserEvents;
  readonly queries: Queries;
  readonly queues: BroadcastQueues;
  readonly pipeline: EventPipeline;
  readonly coordinates: Coordinates | undefined;
  readonly keyManager: KeyManager;
  readonly isEncrypted: () => boolean;
  readonly snapshotter: Snapshotter | undefined;
  readonly maintenance: Maintenance;
  readonly waits: Waits;
  readonly defaultQueryTimeoutMs: () => number;
}
