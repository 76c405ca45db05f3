import type { Clock } from '../clock.ts';
import type { Delegates } from '../delegates.ts';
import type { Keyring } from '../keyring/keyring.ts';
import type { Memberlist } from '../memberlist.ts';
import type { Random } from '../random.ts';
import type { GossipLog } from '../log.ts';
import type { SerfConfig } from './config.ts';
import type { SerfEventListener } from './events.ts';
import type { PersistKeys } from './internal/key-queries.ts';
import type { Member } from './member.ts';
import type { SnapshotStorage } from './snapshot/snapshot-storage.ts';

/** Serf's own protocol versions, which memberlist announces as its delegate's. */
export interface DelegateVersions {
  readonly min: number;
  readonly max: number;
  readonly current: number;
}

/**
 * Members that a join brings, or one that is heard of.
 *
 * @returns why they are not taken in, or undefined to accept them
 */
export type MergeRule = (members: readonly Member[]) => string | undefined;

export interface SerfOptions<List extends Memberlist = Memberlist> {
  readonly config: SerfConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: GossipLog;
  /** Of the memberlist below: how long queries run, and how often messages are sent, follows from them. */
  readonly gossipIntervalMs: number;
  readonly retransmitMult: number;
  /** The one that memberlist encrypts with; without a key, encryption is off. */
  readonly keyring: Keyring;
  readonly persistKeys?: PersistKeys;
  readonly snapshot?: SnapshotStorage;
  readonly merge?: MergeRule;
  /** Hears of everything from the start, this node's own join included; others come by `subscribe`. */
  readonly onEvent?: SerfEventListener;
  /** The node stopped by itself: another has its name. */
  readonly onStopped?: (reason: string) => void;
  readonly createMemberlist: (delegates: Delegates, versions: DelegateVersions) => Promise<List>;
}
