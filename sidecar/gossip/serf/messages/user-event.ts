import { encodeMessage, struct } from '../../wire/msgpack/struct.ts';
import { bool, bytes, text, uint64 } from '../../wire/msgpack/wire-type.ts';
import { MAX_USER_EVENT_BYTES } from '../config.ts';
import type { LamportTime } from '../lamport-clock.ts';
import { decodeAfterType } from './decode.ts';
import { MESSAGE_TYPE } from './message-type.ts';

export interface UserEventMessage {
  readonly lTime: LamportTime;
  readonly name: string;
  readonly payload: Uint8Array;
  readonly coalesce: boolean;
}

const UserEventType = struct<UserEventMessage>({
  coalesce: { name: 'CC', type: bool },
  lTime: { name: 'LTime', type: uint64 },
  name: { name: 'Name', type: text },
  payload: { name: 'Payload', type: bytes },
});

export const encodeUserEvent = (event: UserEventMessage): Uint8Array =>
  encodeMessage(MESSAGE_TYPE.userEvent, UserEventType, event);

/** What no Serf may send is refused by its size alone. */
export const decodeUserEvent = (message: Uint8Array): UserEventMessage | undefined =>
  message.length > MAX_USER_EVENT_BYTES
    ? undefined
    : decodeAfterType(UserEventType, message, () => true);
