/** A question to all members or some, and the answer to it. */
import { encodeMessage, struct } from '../../wire/msgpack/struct.ts';
import {
  bytes,
  int,
  list,
  text,
  uint16,
  uint32,
  uint64,
  uint8,
} from '../../wire/msgpack/wire-type.ts';
import type { LamportTime } from '../lamport-clock.ts';
import { MAX_NAME_BYTES, MAX_QUERY_BYTES, MAX_QUERY_FILTERS } from '../limits.ts';
import { decodeAfterType } from './decode.ts';
import { MESSAGE_TYPE } from './message-type.ts';

/** The receiver is to acknowledge at once; in a response: this is the acknowledgement. */
export const QUERY_FLAG_ACK = 1;
/** Do not pass it on. */
export const QUERY_FLAG_NO_BROADCAST = 2;

export interface QueryMessage {
  readonly lTime: LamportTime;
  /** Drawn by the sender; with `lTime` it names the query. */
  readonly id: number;
  /** Where the answers go: 4 or 16 bytes, and a port. */
  readonly address: Uint8Array;
  readonly port: number;
  /** Empty from Serf before 0.9. */
  readonly sourceNode: string;
  /** Each a type byte and a structure: `filters.ts`. */
  readonly filters: readonly Uint8Array[];
  readonly flags: number;
  readonly relayFactor: number;
  readonly timeoutNs: number;
  readonly name: string;
  readonly payload: Uint8Array;
}

export interface QueryResponseMessage {
  readonly lTime: LamportTime;
  readonly id: number;
  /** The node that answers. */
  readonly from: string;
  readonly flags: number;
  readonly payload: Uint8Array;
}

const QueryType = struct<QueryMessage>({
  address: { name: 'Addr', type: bytes },
  filters: { name: 'Filters', type: list(bytes) },
  flags: { name: 'Flags', type: uint32 },
  id: { name: 'ID', type: uint32 },
  lTime: { name: 'LTime', type: uint64 },
  name: { name: 'Name', type: text },
  payload: { name: 'Payload', type: bytes },
  port: { name: 'Port', type: uint16 },
  relayFactor: { name: 'RelayFactor', type: uint8 },
  sourceNode: { name: 'SourceNode', type: text },
  timeoutNs: { name: 'Timeout', type: int },
});

export const QueryResponseType = struct<QueryResponseMessage>({
  flags: { name: 'Flags', type: uint32 },
  from: { name: 'From', type: text },
  id: { name: 'ID', type: uint32 },
  lTime: { name: 'LTime', type: uint64 },
  payload: { name: 'Payload', type: bytes },
});

export const encodeQuery = (query: QueryMessage): Uint8Array =>
  encodeMessage(MESSAGE_TYPE.query, QueryType, query);

export const decodeQuery = (message: Uint8Array): QueryMessage | undefined =>
  message.length > MAX_QUERY_BYTES
    ? undefined
    : decodeAfterType(QueryType, message, (query) => query.filters.length <= MAX_QUERY_FILTERS);

export const encodeQueryResponse = (response: QueryResponseMessage): Uint8Array =>
  encodeMessage(MESSAGE_TYPE.queryResponse, QueryResponseType, response);

export const decodeQueryResponse = (message: Uint8Array): QueryResponseMessage | undefined =>
  message.length > MAX_QUERY_BYTES
    ? undefined
    : decodeAfterType(QueryResponseType, message, ({ from }) => from.length <= MAX_NAME_BYTES);
