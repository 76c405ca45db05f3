/** UUIDs as the ACL system takes them. */
import { invalid } from '../../protocol/errors.ts';

/** Accessors and IDs of Consul's own; nobody may choose one. */
const RESERVED_PREFIX = '00000000-0000-0000-0000-0000000000';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const UUID_CHARS = 36;

export function isUUID(text: string): boolean {
  return UUID.test(text);
}

export function isReserved(id: string): boolean {
  return id.startsWith(RESERVED_PREFIX);
}

/** @throws RPCError invalid, with what Consul's tables say of a text that is none */
export function requireLookupID(what: string, id: unknown): string {
  const text = String(id);
  if (isUUID(text)) return text.toLowerCase();
  const fault =
    text.length === UUID_CHARS ? `UUID must be valid hexadecimal` : 'UUID must be 36 characters';
  throw invalid(`failed acl ${what} lookup: index error: ${fault}`);
}

export const RESERVED_TEXT = `UUIDs with the prefix "${RESERVED_PREFIX}" are reserved`;
