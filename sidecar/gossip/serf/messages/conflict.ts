/** The answer to "where is the node of this name?": the member as the answering node knows it. */
import { parseIP, renderIP } from '../../wire/ip-address.ts';
import { encodeMessage, struct } from '../../wire/msgpack/struct.ts';
import { bytes, int, mapOf, text, uint16, uint8 } from '../../wire/msgpack/wire-type.ts';
import { MEMBER_STATUSES } from '../member.ts';
import type { Member } from '../member.ts';
import { decodeAfterType } from './decode.ts';
import { MESSAGE_TYPE } from './message-type.ts';

/** Go's serf.Member. */
interface WireMember {
  readonly address: Uint8Array;
  readonly delegateCurrent: number;
  readonly delegateMax: number;
  readonly delegateMin: number;
  readonly name: string;
  readonly port: number;
  readonly protocolCurrent: number;
  readonly protocolMax: number;
  readonly protocolMin: number;
  readonly status: number;
  readonly tags: ReadonlyMap<string, string>;
}

const MemberType = struct<WireMember>({
  address: { name: 'Addr', type: bytes },
  delegateCurrent: { name: 'DelegateCur', type: uint8 },
  delegateMax: { name: 'DelegateMax', type: uint8 },
  delegateMin: { name: 'DelegateMin', type: uint8 },
  name: { name: 'Name', type: text },
  port: { name: 'Port', type: uint16 },
  protocolCurrent: { name: 'ProtocolCur', type: uint8 },
  protocolMax: { name: 'ProtocolMax', type: uint8 },
  protocolMin: { name: 'ProtocolMin', type: uint8 },
  status: { name: 'Status', type: int },
  tags: { name: 'Tags', type: mapOf(text) },
});

const NIL = 0xc0;

/** @param member undefined when the node is not known, which also is an answer */
export function encodeConflictResponse(member: Member | undefined): Uint8Array {
  if (member === undefined) return new Uint8Array([MESSAGE_TYPE.conflictResponse, NIL]);
  const { versions, tags, status, address, ...rest } = member;
  return encodeMessage(MESSAGE_TYPE.conflictResponse, MemberType, {
    ...rest,
    ...versions,
    address: parseIP(address) ?? new Uint8Array(0),
    status: MEMBER_STATUSES.indexOf(status),
    tags: new Map(Object.entries(tags)),
  });
}

export interface ConflictVote {
  /** Canonical text; undefined when the answering node knows no such member. */
  readonly address: string | undefined;
  readonly port: number;
}

export function decodeConflictResponse(payload: Uint8Array): ConflictVote | undefined {
  if (payload[0] !== MESSAGE_TYPE.conflictResponse) return undefined;
  if (payload[1] === NIL) return { address: undefined, port: 0 };
  const member = decodeAfterType(MemberType, payload, () => true);
  if (member === undefined) return undefined;
  return { address: renderIP(member.address), port: member.port };
}
