/** IDs by which nodes are looked up. */
import { invalid } from '../../protocol/errors.ts';

const UUID_CHARS = 36;
const UUID_HYPHENS = 4;

/**
 * Refuses what Consul's index of nodes cannot look for. A part of an ID is no fault, and finds nothing.
 *
 * @throws RPCError in the words of that index
 */
export function requireNodeID(id: string): void {
  const fault = idFault(id);
  if (fault !== undefined) throw invalid(`node lookup by ID failed: index error: ${fault}`);
}

function idFault(id: string): string | undefined {
  if (id.length > UUID_CHARS)
    return `Invalid UUID length. UUID have ${UUID_CHARS} characters; got ${id.length}`;
  const digits = id.replaceAll('-', '');
  const hyphens = id.length - digits.length;
  if (hyphens > UUID_HYPHENS)
    return `UUID should have maximum of ${UUID_HYPHENS} "-"; got ${hyphens}`;
  if (digits.length % 2 !== 0) return 'UUID (without hyphens) must be even length';
  const bad = [...digits].find((digit) => !/[0-9a-f]/i.test(digit));
  if (bad === undefined) return undefined;
  const code = bad.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return `invalid UUID: encoding/hex: invalid byte: U+${code} '${bad}'`;
}
