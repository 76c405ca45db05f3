/** What two nodes tell one another when they exchange their whole state. */
import { encodeMessage, struct } from '../../wire/msgpack/struct.ts';
import { bytes, list, mapOf, text, uint64 } from '../../wire/msgpack/wire-type.ts';
import { MAX_USER_EVENT_BYTES } from '../config.ts';
import type { LamportTime } from '../lamport-clock.ts';
import { MAX_NAME_BYTES, MAX_STATE_EVENT_TIMES, MAX_STATE_MEMBERS } from '../limits.ts';
import { decodeAfterType } from './decode.ts';
import { MESSAGE_TYPE } from './message-type.ts';

export interface RecentEvent {
  readonly name: string;
  readonly payload: Uint8Array;
}

export interface RecentEvents {
  readonly lTime: LamportTime;
  readonly events: readonly RecentEvent[];
}

export interface PushPullMessage {
  readonly lTime: LamportTime;
  /** Of each member the time of its newest intent. */
  readonly statusLTimes: ReadonlyMap<string, LamportTime>;
  readonly leftMembers: readonly string[];
  readonly eventLTime: LamportTime;
  /** Serf sends a place for each time that it could remember; those without events are left out here, in both directions. */
  readonly events: readonly RecentEvents[];
  readonly queryLTime: LamportTime;
}

const RecentEventType = struct<RecentEvent>({
  name: { name: 'Name', type: text },
  payload: { name: 'Payload', type: bytes },
});

const RecentEventsType = struct<RecentEvents>({
  events: { name: 'Events', type: list(RecentEventType) },
  lTime: { name: 'LTime', type: uint64 },
});

const PushPullType = struct<PushPullMessage>({
  eventLTime: { name: 'EventLTime', type: uint64 },
  events: { name: 'Events', type: list(RecentEventsType) },
  lTime: { name: 'LTime', type: uint64 },
  leftMembers: { name: 'LeftMembers', type: list(text) },
  queryLTime: { name: 'QueryLTime', type: uint64 },
  statusLTimes: { name: 'StatusLTimes', type: mapOf(uint64) },
});

export const encodePushPull = (state: PushPullMessage): Uint8Array =>
  encodeMessage(MESSAGE_TYPE.pushPull, PushPullType, state);

/** @returns undefined when it is malformed or beyond a limit: what no Serf sends is not to be trusted in any part */
export function decodePushPull(message: Uint8Array): PushPullMessage | undefined {
  if (message[0] !== MESSAGE_TYPE.pushPull) return undefined;
  const state = decodeAfterType(PushPullType, message, isWithinLimits);
  if (state === undefined) return undefined;
  return { ...state, events: state.events.filter(({ events }) => events.length > 0) };
}

function isWithinLimits({ statusLTimes, leftMembers, events }: PushPullMessage): boolean {
  return (
    statusLTimes.size <= MAX_STATE_MEMBERS &&
    leftMembers.length <= MAX_STATE_MEMBERS &&
    events.length <= MAX_STATE_EVENT_TIMES &&
    [...statusLTimes.keys(), ...leftMembers].every((name) => name.length <= MAX_NAME_BYTES) &&
    events.every((sameTime) => sameTime.events.every(isSendable))
  );
}

const isSendable = ({ name, payload }: RecentEvent): boolean =>
  name.length + payload.length <= MAX_USER_EVENT_BYTES;
