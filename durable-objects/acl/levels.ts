/** How much a rule grants, and which of two rules counts. */

export type Level = 'deny' | 'read' | 'list' | 'write';
/** What a request asks for. */
export type Access = 'read' | 'list' | 'write';
export type DefaultPolicy = 'allow' | 'deny';

/** Of two rules on the same name the one with the higher rank counts: a refusal beats everything (Consul: acl/policy_merger.go). */
const RANK: Readonly<Record<Level, number>> = { read: 1, list: 2, write: 3, deny: 4 };

export function stronger(a: Level | undefined, b: Level): Level {
  return a === undefined || RANK[b] > RANK[a] ? b : a;
}

/** `list` includes `read`, `write` both. */
export function grants(level: Level, access: Access): boolean {
  switch (level) {
    case 'write':
      return true;
    case 'list':
      return access !== 'write';
    case 'read':
      return access === 'read';
    case 'deny':
      return false;
  }
}
