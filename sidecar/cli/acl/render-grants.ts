/** The rights of tokens and roles for people. */
import type {
  Grants,
  NodeIdentity,
  PolicyLink,
  ServiceIdentity,
  TemplatedPolicy,
  TemplateVariables,
} from './types.ts';

const STEP = '   ';

/** Each part only where there is something to show; `Roles` stands behind the policies, as tokens have them. */
export function renderGrants(
  grants: Grants & { readonly Roles?: readonly PolicyLink[] | null },
): string[] {
  return [
    ...section('Policies:', grants.Policies, renderLink),
    ...section('Roles:', grants.Roles, renderLink),
    ...section('Service Identities:', grants.ServiceIdentities, (identity) => [
      renderServiceIdentity(identity),
    ]),
    ...section('Node Identities:', grants.NodeIdentities, (identity) => [
      renderNodeIdentity(identity),
    ]),
    ...section('Templated Policies:', grants.TemplatedPolicies, renderTemplatedPolicy),
  ];
}

function section<Item>(
  title: string,
  items: readonly Item[] | null | undefined,
  render: (item: Item) => readonly string[],
): string[] {
  if (items === null || items === undefined || items.length === 0) return [];
  return [title, ...items.flatMap((item) => render(item).map((line) => `${STEP}${line}`))];
}

function renderLink({ ID, Name }: PolicyLink): string[] {
  return [`${ID} - ${Name}`];
}

export function renderServiceIdentity({ ServiceName, Datacenters }: ServiceIdentity): string {
  return `${ServiceName} (Datacenters: ${renderDatacenters(Datacenters)})`;
}

export function renderNodeIdentity({ NodeName, Datacenter }: NodeIdentity): string {
  return `${NodeName} (Datacenter: ${Datacenter})`;
}

/** Its name, and below it what it was given. */
export function renderTemplatedPolicy(policy: TemplatedPolicy, step = STEP): string[] {
  const name = variableName(policy.TemplateVariables);
  return [
    policy.TemplateName,
    ...(name === '' ? [] : [`${step}Name: ${name}`]),
    `${step}Datacenters: ${renderDatacenters(policy.Datacenters)}`,
  ];
}

/** The only variable that templates know; empty when it was not given. */
export function variableName(variables: TemplateVariables | null | undefined): string {
  return variables?.Name ?? variables?.name ?? '';
}

/** No list means all of them. */
function renderDatacenters(datacenters: readonly string[] | null | undefined): string {
  return (datacenters ?? []).length === 0 ? 'all' : datacenters!.join(', ');
}
