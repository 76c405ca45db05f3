/** Policies as decisions (Consul: acl/policy_authorizer.go, acl/static_authorizer.go). */
import { ANONYMOUS_ACCESSOR, type Authorizer, makeAuthorizer } from './authorizer.ts';
import { type Access, type DefaultPolicy, type Level, grants } from './levels.ts';
import type { Rules } from './parse-rules.ts';
import type { PlainResource, Resource } from './resources.ts';
import { PLAIN_RESOURCES } from './resources.ts';
import { RuleTable } from './rule-table.ts';

export interface TokenRules {
  readonly accessor: string;
  /** In any order: which rule counts does not depend on it. */
  readonly policies: readonly Rules[];
  /** What holds where no rule speaks. */
  readonly defaultPolicy: DefaultPolicy;
}

const PLAIN: ReadonlySet<string> = new Set(PLAIN_RESOURCES);

export function compileAuthorizer({ accessor, policies, defaultPolicy }: TokenRules): Authorizer {
  const table = new RuleTable(policies);
  const decide = (level: Level | undefined, access: Access, resource: Resource): boolean =>
    level === undefined ? allowsByDefault(defaultPolicy, resource) : grants(level, access);
  return makeAuthorizer({
    // Nobody is not told what is left out of an answer, so answers are not shared with who has no more rights.
    identity: `${accessor === ANONYMOUS_ACCESSOR ? 'nobody ' : ''}${defaultPolicy} ${table.fingerprint()}`,
    accessor,
    allows: (resource, access, name = '') =>
      decide(levelOf(table, resource, name), access, resource),
    allowsPrefix(prefix) {
      const base = table.covering('key', prefix);
      if (base !== undefined && base !== 'write') return false;
      for (const level of table.below('key', prefix)) if (level !== 'write') return false;
      return decide(base, 'write', 'key');
    },
    allowsAll(resource, access) {
      for (const level of table.below(resource, '')) if (!grants(level, access)) return false;
      return decide(table.covering(resource, ''), access, resource);
    },
    allowsAny(resource, access) {
      for (const level of table.below(resource, '')) if (grants(level, access)) return true;
      return decide(table.covering(resource, ''), access, resource);
    },
  });
}

/** The mesh and peerings are an operator's unless rules speak of them. */
function levelOf(table: RuleTable, resource: Resource, name: string): Level | undefined {
  if (!PLAIN.has(resource)) return table.named(resource, name);
  const own = table.plain(resource as PlainResource);
  if (own !== undefined || (resource !== 'mesh' && resource !== 'peering')) return own;
  return table.plain('operator');
}

/** The ACL system itself is open to nobody by default. */
function allowsByDefault(policy: DefaultPolicy, resource: Resource): boolean {
  return policy === 'allow' && resource !== 'acl';
}
