/**
 * The size of a value, once more where it is stored: a sidecar is not trusted, and may be configured with another limit than
 * its datacenter.
 */
import { RPCError, badRequest } from '../../protocol/errors.ts';
import { decodedBytes, tooLarge } from '../../protocol/value-size.ts';

/** @param value base64 as it came over the wire, or undefined. @throws RPCError */
export function checkValue(key: string, value: unknown, maxBytes: number): void {
  if (value === undefined || value === null) return;
  if (typeof value !== 'string') throw badRequest('a value is base64 text');
  const bytes = decodedBytes(value);
  if (bytes > maxBytes) throw new RPCError('too-large', tooLarge(key, bytes, maxBytes));
}
