/** What a pool tells its owner. The names of the kinds are those of Serf's event stream. */
import type { LamportTime } from './lamport-clock.ts';
import type { Member } from './member.ts';
import type { ReceivedQuery } from './received-query.ts';

export type MemberEventKind =
  | 'member-join'
  | 'member-leave'
  | 'member-failed'
  | 'member-update'
  | 'member-reap';

export interface MemberEvent {
  readonly kind: MemberEventKind;
  /** More than one only where events are coalesced. */
  readonly members: readonly Member[];
}

export interface UserEvent {
  readonly kind: 'user';
  readonly lTime: LamportTime;
  readonly name: string;
  readonly payload: Uint8Array;
  /** Whether of several with this name only the last needs to be delivered. */
  readonly coalesce: boolean;
}

export interface QueryEvent {
  readonly kind: 'query';
  readonly query: ReceivedQuery;
}

export type SerfEvent = MemberEvent | UserEvent | QueryEvent;

export type SerfEventListener = (event: SerfEvent) => void;
