/** The policies that every datacenter has, and that nobody may change or delete (Consul: agent/structs/acl.go). */
import { NAMED_RESOURCES } from './resources.ts';

export const MANAGEMENT_POLICY_ID = '00000000-0000-0000-0000-000000000001';
export const READ_ONLY_POLICY_ID = '00000000-0000-0000-0000-000000000002';

export interface BuiltinPolicy {
  readonly ID: string;
  readonly Name: string;
  readonly Description: string;
  readonly Rules: string;
}

/** In the order and with the white space in which Consul shows them: clients compare texts. */
const ORDER = [
  'acl',
  'agent',
  'event',
  'key',
  'keyring',
  'node',
  'operator',
  'mesh',
  'peering',
  'query',
  'service',
  'session',
] as const;

function renderRules(level: 'read' | 'write'): string {
  const isNamed = (resource: string): boolean =>
    (NAMED_RESOURCES as readonly string[]).includes(resource);
  const rules = ORDER.map((resource) => {
    if (!isNamed(resource)) return `${resource} = "${level}"`;
    const intentions = resource === 'service' ? `\n\tintentions = "${level}"` : '';
    return `${resource}_prefix "" {\n\tpolicy = "${level}"${intentions}\n}`;
  });
  return `\n${rules.join('\n')}`;
}

export const BUILTIN_POLICIES: readonly BuiltinPolicy[] = [
  {
    ID: MANAGEMENT_POLICY_ID,
    Name: 'global-management',
    Description: 'A built-in policy that grants read and write access to all Consul features',
    Rules: renderRules('write'),
  },
  {
    ID: READ_ONLY_POLICY_ID,
    Name: 'builtin/global-read-only',
    Description: 'A built-in policy that grants read-only access to all Consul features',
    Rules: renderRules('read'),
  },
];

export function isBuiltinPolicy(id: string): boolean {
  return BUILTIN_POLICIES.some((policy) => policy.ID === id);
}
