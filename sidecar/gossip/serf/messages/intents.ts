/** A node says that it is here to stay, or that somebody (most often itself) goes. */
import { encodeMessage, struct } from '../../wire/msgpack/struct.ts';
import { bool, text, uint64 } from '../../wire/msgpack/wire-type.ts';
import type { LamportTime } from '../lamport-clock.ts';
import { MAX_NAME_BYTES } from '../limits.ts';
import { decodeAfterType } from './decode.ts';
import { MESSAGE_TYPE } from './message-type.ts';

export interface JoinMessage {
  readonly lTime: LamportTime;
  readonly node: string;
}

export interface LeaveMessage {
  readonly lTime: LamportTime;
  readonly node: string;
  /** Whether it is to be erased at once instead of being remembered as left. */
  readonly prune: boolean;
}

const JoinType = struct<JoinMessage>({
  lTime: { name: 'LTime', type: uint64 },
  node: { name: 'Node', type: text },
});

const LeaveType = struct<LeaveMessage>({
  lTime: { name: 'LTime', type: uint64 },
  node: { name: 'Node', type: text },
  prune: { name: 'Prune', type: bool },
});

const isNamed = ({ node }: { readonly node: string }): boolean => node.length <= MAX_NAME_BYTES;

export const encodeJoin = (join: JoinMessage): Uint8Array =>
  encodeMessage(MESSAGE_TYPE.join, JoinType, join);

export const decodeJoin = (message: Uint8Array): JoinMessage | undefined =>
  decodeAfterType(JoinType, message, isNamed);

export const encodeLeave = (leave: LeaveMessage): Uint8Array =>
  encodeMessage(MESSAGE_TYPE.leave, LeaveType, leave);

export const decodeLeave = (message: Uint8Array): LeaveMessage | undefined =>
  decodeAfterType(LeaveType, message, isNamed);
