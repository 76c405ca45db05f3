/** What writers say of a token's or role's rights, as it is stored: links by ID, identities and templates checked (Consul: acl_endpoint.go, auth/token_writer.go). */
import type { GrantsInput, LinkInput, TemplatedPolicyInput } from '../../http-api/acl/acl-input.ts';
import { invalid } from '../../protocol/errors.ts';
import { MAX_ACL_LINKS } from '../../protocol/limits.ts';
import type { NodeIdentity, ServiceIdentity, TemplatedPolicy } from '../../protocol/types/acl.ts';
import {
  NODE_TEMPLATE,
  POLICY_TEMPLATES,
  type PolicyTemplate,
  SERVICE_TEMPLATE,
} from '../acl/templates.ts';
import type { SQL } from '../db/storage.ts';
import {
  type GrantsDefinition,
  findPolicyRow,
  findPolicyRowByName,
  findRoleRow,
  findRoleRowByName,
} from '../state/acl-rows.ts';

export interface GrantsHolder {
  readonly kind: 'token' | 'role';
  readonly isLocal: boolean;
}

/** @throws RPCError for what does not exist or is malformed */
export function readGrants(sql: SQL, input: GrantsInput, holder: GrantsHolder): GrantsDefinition {
  const { Policies, ServiceIdentities, NodeIdentities, TemplatedPolicies } = input;
  for (const list of [Policies, ServiceIdentities, NodeIdentities, TemplatedPolicies]) {
    if ((list?.length ?? 0) > MAX_ACL_LINKS) {
      throw invalid(`a ${holder.kind} has at most ${MAX_ACL_LINKS} links of a kind`);
    }
  }
  return withoutEmpty({
    Policies: readPolicyLinks(sql, Policies),
    ServiceIdentities: mergeServices(
      (ServiceIdentities ?? []).map((identity) => readService(identity ?? {}, holder)),
    ),
    NodeIdentities: distinct(
      (NodeIdentities ?? []).map((identity) => readNode(identity ?? {}, holder)),
    ),
    TemplatedPolicies: distinct(
      (TemplatedPolicies ?? []).map((policy) => readTemplated(policy ?? {}, holder)),
    ),
  });
}

function readPolicyLinks(sql: SQL, links: readonly LinkInput[] | undefined): string[] {
  return readLinks(links, 'policy', (link) =>
    link.ID ? findPolicyRow(sql, link.ID) : findPolicyRowByName(sql, link.Name ?? ''),
  );
}

export function readRoleLinks(sql: SQL, links: readonly LinkInput[] | undefined): string[] {
  return readLinks(links, 'role', (link) =>
    link.ID ? findRoleRow(sql, link.ID) : findRoleRowByName(sql, link.Name ?? ''),
  );
}

function readLinks(
  links: readonly LinkInput[] | undefined,
  what: string,
  find: (link: LinkInput) => { id: string } | undefined,
): string[] {
  const ids = (links ?? []).map((given) => {
    const link = given ?? {};
    const row = find(link);
    if (row !== undefined) return row.id;
    const [field, value] = link.ID ? ['ID', link.ID] : ['name', link.Name ?? ''];
    throw invalid(`No such ACL ${what} with ${field} ${JSON.stringify(value)}`);
  });
  return [...new Set(ids)];
}

const SERVICE_NAME = /^[a-z0-9](?:[a-z0-9_-]{0,254}[a-z0-9])?$/;
const NODE_NAME = /^[a-z0-9A-Z](?:[a-z0-9A-Z_-]{0,254}[a-z0-9A-Z])?$/;
const ALLOWED = "Only lowercase alphanumeric characters, '-' and '_' are allowed";

export function isServiceIdentityName(name: string): boolean {
  return SERVICE_NAME.test(name);
}

export function isNodeIdentityName(name: string): boolean {
  return NODE_NAME.test(name) && name === name.toLowerCase();
}

function readService(
  { ServiceName = '', Datacenters = [] }: Partial<ServiceIdentity>,
  { kind, isLocal }: GrantsHolder,
): ServiceIdentity {
  if (ServiceName === '') {
    throw invalid(`Service identity is missing the service name field on this ${kind}`);
  }
  if (isLocal && Datacenters.length > 0) {
    throw invalid(
      `Service identity ${JSON.stringify(ServiceName)} cannot specify a list of datacenters on a local token`,
    );
  }
  if (!isServiceIdentityName(ServiceName)) {
    throw invalid(
      `Service identity ${JSON.stringify(ServiceName)} has an invalid name. ${ALLOWED}`,
    );
  }
  return { ServiceName, ...(Datacenters.length > 0 ? { Datacenters } : {}) };
}

function readNode(
  { NodeName = '', Datacenter = '' }: Partial<NodeIdentity>,
  { kind }: GrantsHolder,
): NodeIdentity {
  if (NodeName === '') {
    throw invalid(`Node identity is missing the node name field on this ${kind}`);
  }
  if (Datacenter === '') {
    throw invalid(`Node identity is missing the datacenter field on this ${kind}`);
  }
  if (!isNodeIdentityName(NodeName)) {
    throw invalid(`Node identity has an invalid name. ${ALLOWED}`);
  }
  return { NodeName, Datacenter };
}

function readTemplated(policy: TemplatedPolicyInput, { kind }: GrantsHolder): TemplatedPolicy {
  const { TemplateID = '', TemplateName = '', TemplateVariables, Datacenters = [] } = policy;
  if (TemplateName === '') {
    throw invalid(`templated policy is missing the template name field on this ${kind}`);
  }
  // The name counts; what a writer says of the ID is kept and not looked at, as in Consul.
  const template = POLICY_TEMPLATES.get(TemplateName);
  if (template === undefined) {
    throw invalid(
      kind === 'role'
        ? `templated policy with an invalid templated name: ${TemplateName} for this role`
        : `no such ACL templated policy with Name ${JSON.stringify(TemplateName)}`,
    );
  }
  const fault = faultOfVariables(template, TemplateVariables);
  if (fault !== undefined) {
    throw invalid(
      `validation error for templated policy ${JSON.stringify(template.name)}: ${fault}`,
    );
  }
  return {
    TemplateID: TemplateID || template.id,
    TemplateName: template.name,
    ...(TemplateVariables?.Name ? { TemplateVariables: { name: TemplateVariables.Name } } : {}),
    ...(Datacenters.length > 0 ? { Datacenters } : {}),
  };
}

/** What is wrong with what a template is to be filled in with. */
export function faultOfVariables(
  { name: template, isNamed }: PolicyTemplate,
  variables: { Name?: string } | undefined,
): string | undefined {
  if (!isNamed) return undefined;
  if (variables === undefined) {
    return '1 error occurred:\n\t* Invalid type. Expected: object, given: null\n\n';
  }
  const { Name = '' } = variables;
  const quoted = JSON.stringify(Name);
  if (template === SERVICE_TEMPLATE && !isServiceIdentityName(Name)) {
    return `service identity ${quoted} has an invalid name. ${ALLOWED}`;
  }
  if (template === NODE_TEMPLATE && !isNodeIdentityName(Name)) {
    return `node identity ${quoted} has an invalid name. ${ALLOWED}`;
  }
  return Name === ''
    ? '1 error occurred:\n\t* name: String length must be greater than or equal to 1\n\n'
    : undefined;
}

/** Of an identity that stands twice the lists of datacenters are joined; one without a list adds nothing to it, as in Consul. */
function mergeServices(identities: readonly ServiceIdentity[]): ServiceIdentity[] {
  const byName = new Map<string, ServiceIdentity>();
  for (const identity of identities) {
    const { ServiceName, Datacenters = [] } = identity;
    const all = [...new Set([...(byName.get(ServiceName)?.Datacenters ?? []), ...Datacenters])];
    byName.set(ServiceName, { ServiceName, ...(all.length > 0 ? { Datacenters: all } : {}) });
  }
  return [...byName.values()];
}

function distinct<T>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function withoutEmpty(grants: GrantsDefinition): GrantsDefinition {
  return Object.fromEntries(
    Object.entries(grants).filter(([, list]) => (list as unknown[]).length > 0),
  );
}
