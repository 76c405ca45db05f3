/** Payloads of the queries that rotate encryption keys. */
import { encodeMessage, struct } from '../../wire/msgpack/struct.ts';
import { bool, bytes, list, text } from '../../wire/msgpack/wire-type.ts';
import { decodeAfterType } from './decode.ts';
import { MESSAGE_TYPE } from './message-type.ts';

export interface KeyRequest {
  readonly key: Uint8Array;
}

export interface NodeKeyResponse {
  readonly result: boolean;
  /** What went wrong, or a remark. */
  readonly message: string;
  /** Base64; only in the answer to a listing. */
  readonly keys: readonly string[];
  /** Base64; only in the answer to a listing. Serf before 0.9 does not send it. */
  readonly primaryKey: string;
}

const KeyRequestType = struct<KeyRequest>({ key: { name: 'Key', type: bytes } });

const NodeKeyResponseType = struct<NodeKeyResponse>({
  keys: { name: 'Keys', type: list(text) },
  message: { name: 'Message', type: text },
  primaryKey: { name: 'PrimaryKey', type: text },
  result: { name: 'Result', type: bool },
});

export const encodeKeyRequest = (request: KeyRequest): Uint8Array =>
  encodeMessage(MESSAGE_TYPE.keyRequest, KeyRequestType, request);

/** The type byte is not looked at: no Serf does. */
export const decodeKeyRequest = (payload: Uint8Array): KeyRequest | undefined =>
  decodeAfterType(KeyRequestType, payload, () => true);

export const encodeKeyResponse = (response: NodeKeyResponse): Uint8Array =>
  encodeMessage(MESSAGE_TYPE.keyResponse, NodeKeyResponseType, response);

export const decodeKeyResponse = (payload: Uint8Array): NodeKeyResponse | undefined =>
  payload[0] === MESSAGE_TYPE.keyResponse
    ? decodeAfterType(NodeKeyResponseType, payload, () => true)
    : undefined;
