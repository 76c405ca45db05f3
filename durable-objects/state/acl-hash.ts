/** The `Hash` of policies, roles and tokens: Consul's, so that whoever compares two datacenters may compare it (BLAKE2b-256). */
import { blake2b } from '@noble/hashes/blake2.js';
import { encodeBase64 } from '../../http-api/base64.ts';

const BYTES = 32;

/** @param fields one after the other, without anything between them */
export function hashFields(fields: readonly string[]): string {
  const bytes = new TextEncoder().encode(fields.join(''));
  return encodeBase64(blake2b(bytes, { dkLen: BYTES }));
}
