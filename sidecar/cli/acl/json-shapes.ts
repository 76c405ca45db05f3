/**
 * The fields that each thing shows with `-format=json`, in their order, with what stands for one that the agent's answer
 * leaves out. Consul's commands print what their client decoded, which is not what the API sent: some empty fields are
 * shown, others are not (the structures of Consul's api/acl.go).
 */

/** A field without a default is left out while it is empty. */
type Shape = readonly (readonly [name: string, initial?: unknown])[];

const INDEXES: Shape = [
  ['CreateIndex', 0],
  ['ModifyIndex', 0],
];

const GRANTS: Shape = [['ServiceIdentities'], ['NodeIdentities'], ['TemplatedPolicies']];

const NAMED: Shape = [
  ['ID', ''],
  ['Name', ''],
  ['Description', ''],
];

const TOKEN: Shape = [
  ...INDEXES,
  ['AccessorID', ''],
  ['SecretID', ''],
  ['Description', ''],
  ['Policies'],
  ['Roles'],
  ...GRANTS,
  ['Local', false],
  ['AuthMethod'],
  ['ExpirationTTL'],
  ['ExpirationTime'],
  ['CreateTime', ''],
  ['Hash'],
];

const METHOD_NAMES: Shape = [
  ['Name', ''],
  ['Type', ''],
  ['DisplayName'],
  ['Description'],
  ['MaxTokenTTL'],
  ['TokenLocality'],
];

const SHAPES = {
  policy: [...NAMED, ['Rules', ''], ['Datacenters', null], ['Hash', null], ...INDEXES],
  policyEntry: [...NAMED, ['Datacenters', null], ['Hash', null], ...INDEXES],
  role: [...NAMED, ['Policies'], ...GRANTS, ['Hash', null], ...INDEXES],
  token: TOKEN,
  expandedToken: [
    ['ExpandedPolicies', null],
    ['ExpandedRoles', null],
    ['NamespaceDefaultPolicyIDs', null],
    ['NamespaceDefaultRoleIDs', null],
    ['AgentACLDefaultPolicy', ''],
    ['AgentACLDownPolicy', ''],
    ['ResolvedByAgent', ''],
    ...TOKEN,
  ],
  authMethod: [...METHOD_NAMES, ['Config', null], ...INDEXES],
  authMethodEntry: [...METHOD_NAMES, ...INDEXES],
  bindingRule: [
    ['ID', ''],
    ['Description', ''],
    ['AuthMethod', ''],
    ['Selector', ''],
    ['BindType', ''],
    ['BindName', ''],
    ['BindVars'],
    ...INDEXES,
  ],
} as const satisfies Record<string, Shape>;

export type ShapeName = keyof typeof SHAPES;

/** @returns the fields of `value` that its shape shows */
export function inShape(name: ShapeName, value: object): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [field, ...initial] of SHAPES[name] as Shape) {
    const found = withLargeNames((value as Record<string, unknown>)[field]);
    if (initial.length > 0) shown[field] = found ?? initial[0];
    else if (!isEmpty(found)) shown[field] = found;
  }
  return shown;
}

/** Templates as the commands show them: by name alone, and their variables in another spelling. */
function withLargeNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withLargeNames);
  if (typeof value !== 'object' || value === null) return value;
  const { TemplateID: _id, TemplateVariables, name, ...rest } = value as Record<string, unknown>;
  if (TemplateVariables) return { ...rest, TemplateVariables: withLargeNames(TemplateVariables) };
  if (_id !== undefined) return rest;
  return name !== undefined && Object.keys(rest).length === 0 ? { Name: name } : value;
}

/** As Go's omitempty sees it. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0) return true;
  return value === false || (Array.isArray(value) && value.length === 0);
}
