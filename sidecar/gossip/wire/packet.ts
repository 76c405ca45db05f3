/** The envelopes of a packet: label, encryption, CRC (memberlist's rawSendMsgPacket and ingestPacket). */
import { crc32 } from 'node:zlib';
import type { Refusal } from '../counters.ts';
import { compressIfShorter } from './compression.ts';
import { decrypt, encrypt } from './encryption.ts';
import type { EncryptionVersion } from './encryption.ts';
import { skipLabel } from './label.ts';
import { MessageType } from './message-type.ts';

const CRC_HEADER_BYTES = 5;
const NO_LABEL = new Uint8Array(0);

/** What a pool's members must agree on, or else they do not understand one another. */
export interface PacketSecurity {
  /** From `labelHeader`; empty for none. */
  readonly labelHeader: Uint8Array;
  /** The label alone: encryption authenticates it. */
  readonly label: Uint8Array;
  /** Labels are removed by somebody in between, so incoming packets have none. */
  readonly skipIncomingLabelCheck: boolean;
  /** Primary first; empty for no encryption. Read at each packet: keys rotate. */
  keys(): readonly Uint8Array[];
  readonly encryptionVersion: EncryptionVersion;
  /** False accepts plain packets too: a step on the way to encryption. */
  readonly verifyIncoming: boolean;
  /** False sends plain packets though there is a key: another such step. */
  readonly verifyOutgoing: boolean;
}

export interface SealOptions {
  readonly compress: boolean;
  /** For receivers that understand protocol 5. */
  readonly withCRC: boolean;
}

export function sealPacket(
  message: Uint8Array,
  security: PacketSecurity,
  { compress, withCRC }: SealOptions,
): Uint8Array {
  let sealed = compress ? compressIfShorter(message) : message;
  if (withCRC) sealed = addCRC(sealed);
  const key = security.verifyOutgoing ? security.keys()[0] : undefined;
  if (key !== undefined) sealed = encrypt(security.encryptionVersion, key, sealed, security.label);
  const { labelHeader } = security;
  return labelHeader.length === 0 ? sealed : Buffer.concat([labelHeader, sealed]);
}

/** @returns the message inside, or why it is refused */
export function openPacket(packet: Uint8Array, security: PacketSecurity): Uint8Array | Refusal {
  const header = security.skipIncomingLabelCheck ? NO_LABEL : security.labelHeader;
  const start = skipLabel(packet, header);
  if (typeof start === 'string') return start;
  let message = start === 0 ? packet : packet.subarray(start);
  const keys = security.keys();
  if (keys.length > 0) {
    const plain = decrypt(keys, message, security.label);
    if (plain !== undefined) message = plain;
    else if (security.verifyIncoming) return 'undecryptable';
  }
  return message[0] === MessageType.withCRC ? checkCRC(message) : message;
}

function addCRC(message: Uint8Array): Uint8Array {
  const withCRC = Buffer.allocUnsafe(CRC_HEADER_BYTES + message.length);
  withCRC[0] = MessageType.withCRC;
  withCRC.writeUInt32BE(crc32(message), 1);
  withCRC.set(message, CRC_HEADER_BYTES);
  return withCRC;
}

function checkCRC(message: Uint8Array): Uint8Array | Refusal {
  if (message.length < CRC_HEADER_BYTES) return 'truncated';
  const body = message.subarray(CRC_HEADER_BYTES);
  const view = new DataView(message.buffer, message.byteOffset);
  return view.getUint32(1) === crc32(body) ? body : 'crc';
}
