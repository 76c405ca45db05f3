/** memberlist's messages (net.go), each a structure in MessagePack after its type byte. */
import { bool, bytes, int, text, uint16, uint32, uint8 } from './msgpack/wire-type.ts';
import { struct } from './msgpack/struct.ts';

/** Whom to answer, so that answers need not follow the packet's source address through a NAT. All empty in old versions. */
export interface Source {
  readonly sourceAddress: Uint8Array;
  readonly sourcePort: number;
  readonly sourceNode: string;
}

export interface Ping extends Source {
  readonly seqNo: number;
  /** Who is meant: an address may have gone to somebody else. Empty means whoever gets it. */
  readonly node: string;
}

export interface IndirectPing extends Source {
  readonly seqNo: number;
  readonly target: Uint8Array;
  readonly port: number;
  readonly node: string;
  /** Whether the sender wants to hear of a failure, too (protocol 4). */
  readonly nack: boolean;
}

export interface Ack {
  readonly seqNo: number;
  readonly payload: Uint8Array;
}

export interface Nack {
  readonly seqNo: number;
}

export interface ErrorResponse {
  readonly error: string;
}

export interface Suspect {
  readonly incarnation: number;
  readonly node: string;
  readonly from: string;
}

export interface Alive {
  readonly incarnation: number;
  readonly node: string;
  readonly address: Uint8Array;
  readonly port: number;
  readonly meta: Uint8Array;
  /** Protocol minimum, maximum, current; delegate's minimum, maximum, current. */
  readonly versions: Uint8Array;
}

/** A node that names itself in `from` has left. */
export interface Dead {
  readonly incarnation: number;
  readonly node: string;
  readonly from: string;
}

export interface PushPullHeader {
  readonly nodes: number;
  readonly userStateBytes: number;
  readonly join: boolean;
}

export interface PushPullNode {
  readonly name: string;
  readonly address: Uint8Array;
  readonly port: number;
  readonly meta: Uint8Array;
  readonly incarnation: number;
  /** 0 alive, 1 suspect, 2 dead, 3 left. */
  readonly state: number;
  readonly versions: Uint8Array;
}

export interface UserMessageHeader {
  readonly bytes: number;
}

export interface Compressed {
  /** 0 is LZW, the only one there is. */
  readonly algorithm: number;
  readonly payload: Uint8Array;
}

const SOURCE = {
  sourceAddress: { name: 'SourceAddr', type: bytes, omitEmpty: true },
  sourcePort: { name: 'SourcePort', type: uint16, omitEmpty: true },
  sourceNode: { name: 'SourceNode', type: text, omitEmpty: true },
} as const;

export const PingType = struct<Ping>({
  seqNo: { name: 'SeqNo', type: uint32 },
  node: { name: 'Node', type: text },
  ...SOURCE,
});

export const IndirectPingType = struct<IndirectPing>({
  seqNo: { name: 'SeqNo', type: uint32 },
  target: { name: 'Target', type: bytes },
  port: { name: 'Port', type: uint16 },
  node: { name: 'Node', type: text },
  nack: { name: 'Nack', type: bool },
  ...SOURCE,
});

export const AckType = struct<Ack>({
  seqNo: { name: 'SeqNo', type: uint32 },
  payload: { name: 'Payload', type: bytes },
});

export const NackType = struct<Nack>({ seqNo: { name: 'SeqNo', type: uint32 } });

export const ErrorResponseType = struct<ErrorResponse>({ error: { name: 'Error', type: text } });

export const SuspectType = struct<Suspect>({
  incarnation: { name: 'Incarnation', type: uint32 },
  node: { name: 'Node', type: text },
  from: { name: 'From', type: text },
});

export const AliveType = struct<Alive>({
  incarnation: { name: 'Incarnation', type: uint32 },
  node: { name: 'Node', type: text },
  address: { name: 'Addr', type: bytes },
  port: { name: 'Port', type: uint16 },
  meta: { name: 'Meta', type: bytes },
  versions: { name: 'Vsn', type: bytes },
});

export const DeadType = struct<Dead>({
  incarnation: { name: 'Incarnation', type: uint32 },
  node: { name: 'Node', type: text },
  from: { name: 'From', type: text },
});

export const PushPullHeaderType = struct<PushPullHeader>({
  nodes: { name: 'Nodes', type: int },
  userStateBytes: { name: 'UserStateLen', type: int },
  join: { name: 'Join', type: bool },
});

export const PushPullNodeType = struct<PushPullNode>({
  name: { name: 'Name', type: text },
  address: { name: 'Addr', type: bytes },
  port: { name: 'Port', type: uint16 },
  meta: { name: 'Meta', type: bytes },
  incarnation: { name: 'Incarnation', type: uint32 },
  state: { name: 'State', type: uint8 },
  versions: { name: 'Vsn', type: bytes },
});

export const UserMessageHeaderType = struct<UserMessageHeader>({
  bytes: { name: 'UserMsgLen', type: int },
});

export const CompressedType = struct<Compressed>({
  algorithm: { name: 'Algo', type: uint8 },
  payload: { name: 'Buf', type: bytes },
});
