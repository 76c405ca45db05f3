/** A message inside a `compress` message (memberlist's util.go). */
import { decodeLZW } from './lzw-decode.ts';
import { encodeLZW } from './lzw-encode.ts';
import { MessageType } from './message-type.ts';
import { CompressedType } from './messages.ts';
import type { Compressed } from './messages.ts';
import { encodeMessage } from './msgpack/struct.ts';

const LZW = 0;

export function compress(message: Uint8Array): Uint8Array {
  return encodeMessage(MessageType.compressed, CompressedType, {
    algorithm: LZW,
    payload: encodeLZW(message),
  });
}

/**
 * LZW's codes start at nine bits and its frame costs some twenty bytes: what is shorter than this comes out longer unless it
 * repeats itself, which pings and acknowledgements do not.
 */
export const MIN_COMPRESSIBLE_BYTES = 100;

/** @returns the shorter of the message and its compressed form, as memberlist sends packets */
export function compressIfShorter(message: Uint8Array): Uint8Array {
  if (message.length < MIN_COMPRESSIBLE_BYTES) return message;
  const compressed = compress(message);
  return compressed.length < message.length ? compressed : message;
}

/** @param maxBytes what the message may hold; more is refused before it is unpacked */
export function decompress(
  { algorithm, payload }: Compressed,
  maxBytes: number,
): Uint8Array | 'malformed' | 'too_large' {
  return algorithm === LZW ? decodeLZW(payload, maxBytes) : 'malformed';
}
