/** The part of the method table by which a datacenter follows others. */
import type { Method } from './method.ts';
import type {
  ReplicatedFamily,
  ReplicationApplyArgs,
  ReplicationState,
} from './types/replication.ts';

export interface ReplicationMethods {
  /** What this datacenter follows of others, and how far it has come. */
  'replication.list': Method<'read', Record<string, never>, ReplicationState[]>;
  /** False, and nothing is applied, when the follower stands at another place than `after`. */
  'replication.apply': Method<'write', ReplicationApplyArgs, boolean>;
  /** Why a stream does not go on. */
  'replication.report': Method<
    'write',
    { name: string; family: ReplicatedFamily; datacenter: string; problem: string },
    boolean
  >;
  /** The source is right, however little it has. False when there is no such stream. */
  'replication.force': Method<'write', { name: string }, boolean>;
  /** Forgets how far a stream has come; what it brought stays. */
  'replication.forget': Method<'write', { name: string }, boolean>;
}
