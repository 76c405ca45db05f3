/** What of a token's or role's grants its hash is made of, in Consul's order (agent/structs/acl.go SetHash). */
import type { GrantsDefinition } from './acl-rows.ts';

export function policyFields({ Policies = [] }: GrantsDefinition): string[] {
  return Policies;
}

export function identityFields(grants: GrantsDefinition): string[] {
  const { ServiceIdentities = [], NodeIdentities = [], TemplatedPolicies = [] } = grants;
  return [
    ...ServiceIdentities.flatMap(({ ServiceName, Datacenters = [] }) => [
      ServiceName,
      ...Datacenters,
    ]),
    ...NodeIdentities.flatMap(({ NodeName, Datacenter }) => [NodeName, Datacenter]),
    ...TemplatedPolicies.flatMap((policy) => [
      policy.TemplateID,
      policy.TemplateName,
      policy.TemplateVariables?.name ?? '',
      ...(policy.Datacenters ?? []),
    ]),
  ];
}
