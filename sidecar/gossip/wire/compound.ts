/** Several messages in one packet: their number, their lengths, then themselves (memberlist's util.go). */
import { MAX_COMPOUND_PARTS } from './limits.ts';
import { MessageType } from './message-type.ts';

/** Type and number of parts. */
export const COMPOUND_HEADER_BYTES = 2;
/** The length that stands before each part. */
export const COMPOUND_PART_BYTES = 2;

/** One compound for each 255 messages. */
export function encodeCompounds(messages: readonly Uint8Array[]): Uint8Array[] {
  const compounds: Uint8Array[] = [];
  for (let start = 0; start < messages.length; start += MAX_COMPOUND_PARTS) {
    compounds.push(encodeCompound(messages.slice(start, start + MAX_COMPOUND_PARTS)));
  }
  return compounds;
}

/** @param messages at most MAX_COMPOUND_PARTS, each shorter than 64 KB */
export function encodeCompound(messages: readonly Uint8Array[]): Uint8Array {
  let length = COMPOUND_HEADER_BYTES;
  for (const message of messages) length += COMPOUND_PART_BYTES + message.length;
  const compound = Buffer.allocUnsafe(length);
  compound[0] = MessageType.compound;
  compound[1] = messages.length;
  let lengthAt = COMPOUND_HEADER_BYTES;
  let partAt = COMPOUND_HEADER_BYTES + COMPOUND_PART_BYTES * messages.length;
  for (const message of messages) {
    compound.writeUInt16BE(message.length, lengthAt);
    compound.set(message, partAt);
    lengthAt += COMPOUND_PART_BYTES;
    partAt += message.length;
  }
  return compound;
}

/**
 * Calls `visit` for each part of a compound message, whose type byte was read already.
 *
 * @returns whether all was there; parts before a truncated one are visited, as memberlist does
 */
export function forEachPart(body: Uint8Array, visit: (part: Uint8Array) => void): boolean {
  const count = body[0];
  if (count === undefined) return false;
  let partAt = 1 + COMPOUND_PART_BYTES * count;
  if (partAt > body.length) return false;
  for (let index = 0; index < count; index++) {
    const lengthAt = 1 + COMPOUND_PART_BYTES * index;
    const length = ((body[lengthAt] as number) << 8) | (body[lengthAt + 1] as number);
    if (partAt + length > body.length) return false;
    visit(body.subarray(partAt, partAt + length));
    partAt += length;
  }
  return true;
}
