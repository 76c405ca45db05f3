/** What rules speak of (Consul: acl/policy.go). */

/** Rules without a name: `acl = "read"`. */
export const PLAIN_RESOURCES = ['acl', 'keyring', 'mesh', 'operator', 'peering'] as const;
export type PlainResource = (typeof PLAIN_RESOURCES)[number];

/** Rules on a name, or with `_prefix` on all that begin so: `key_prefix "app/" { policy = "read" }`. */
export const NAMED_RESOURCES = [
  'agent',
  'event',
  'key',
  'node',
  'query',
  'service',
  'session',
] as const;
export type NamedResource = (typeof NAMED_RESOURCES)[number];

/** Intentions are ruled by the blocks of the services that they lead to. */
export type Resource = PlainResource | NamedResource | 'intention';

const ALL: ReadonlySet<string> = new Set([...PLAIN_RESOURCES, ...NAMED_RESOURCES, 'intention']);

export function isResource(name: string): name is Resource {
  return ALL.has(name);
}
