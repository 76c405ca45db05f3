import { decodeValue } from '../../wire/msgpack/struct.ts';
import type { WireType } from '../../wire/msgpack/wire-type.ts';

/**
 * The structure after the type byte; what follows it is left alone.
 *
 * @returns undefined when it is malformed or not `accepted`
 */
export function decodeAfterType<T extends object>(
  type: WireType<T>,
  message: Uint8Array,
  accepted: (value: T) => boolean,
): T | undefined {
  const value = decodeValue(type, message, 1);
  return typeof value === 'string' || !accepted(value) ? undefined : value;
}
