/** Bodies of /v1/acl writes (Consul: agent/structs/acl.go). What a writer cannot decide is read and not looked at. */
import type { NodeIdentity, ServiceIdentity } from '../../protocol/types/acl.ts';
import type { Struct } from '../decode.ts';

const IGNORED = {
  Hash: 'any',
  CreateIndex: 'any',
  ModifyIndex: 'any',
  Namespace: 'any',
  Partition: 'any',
} as const;
const STRINGS = { list: 'string' } as const;

export interface PolicyInput {
  ID?: string;
  Name?: string;
  Description?: string;
  Rules?: string;
  Datacenters?: string[];
}

export const POLICY: Struct = {
  struct: '.Alias',
  fields: {
    ID: 'string',
    Name: 'string',
    Description: 'string',
    Rules: 'string',
    Datacenters: STRINGS,
    ...IGNORED,
  },
};

export interface LinkInput {
  ID?: string;
  Name?: string;
}

const LINKS = {
  list: { struct: 'structs.ACLTokenPolicyLink', fields: { ID: 'string', Name: 'string' } },
} as const;

export interface TemplatedPolicyInput {
  TemplateID?: string;
  TemplateName?: string;
  TemplateVariables?: { Name?: string };
  Datacenters?: string[];
}

const TEMPLATE_VARIABLES: Struct = {
  struct: 'structs.ACLTemplatedPolicyVariables',
  fields: { Name: 'string' },
};

/** Consul's identities know more fields than are used; the others are refused. */
const GRANTS = {
  Policies: LINKS,
  ServiceIdentities: {
    list: {
      struct: 'structs.ACLServiceIdentity',
      fields: { ServiceName: 'string', Datacenters: STRINGS },
    },
  },
  NodeIdentities: {
    list: {
      struct: 'structs.ACLNodeIdentity',
      fields: { NodeName: 'string', Datacenter: 'string' },
    },
  },
  TemplatedPolicies: {
    list: {
      struct: 'structs.ACLTemplatedPolicy',
      fields: {
        TemplateID: 'string',
        TemplateName: 'string',
        TemplateVariables: TEMPLATE_VARIABLES,
        Datacenters: STRINGS,
      },
    },
  },
} as const;

export interface GrantsInput {
  Policies?: LinkInput[];
  ServiceIdentities?: Partial<ServiceIdentity>[];
  NodeIdentities?: Partial<NodeIdentity>[];
  TemplatedPolicies?: TemplatedPolicyInput[];
}

export interface RoleInput extends GrantsInput {
  ID?: string;
  Name?: string;
  Description?: string;
}

export const ROLE: Struct = {
  struct: '.Alias',
  fields: { ID: 'string', Name: 'string', Description: 'string', ...GRANTS, ...IGNORED },
};

export interface TokenInput extends GrantsInput {
  AccessorID?: string;
  SecretID?: string;
  Description?: string;
  Roles?: LinkInput[];
  Local?: boolean;
  AuthMethod?: string;
  ExpirationTTL?: string | number;
  ExpirationTime?: string;
  /** Read, and not looked at. */
  CreateTime?: string;
}

export const TOKEN: Struct = {
  struct: '.Alias',
  fields: {
    AccessorID: 'string',
    SecretID: 'string',
    Description: 'string',
    Roles: LINKS,
    Local: 'bool',
    AuthMethod: 'string',
    AuthMethodNamespace: 'any',
    ExpirationTTL: 'duration',
    ExpirationTime: 'string',
    CreateTime: 'string',
    ...GRANTS,
    ...IGNORED,
  },
};

export interface AuthMethodInput {
  Name?: string;
  Type?: string;
  DisplayName?: string;
  Description?: string;
  MaxTokenTTL?: string | number;
  TokenLocality?: string;
  Config?: Record<string, unknown>;
}

export const AUTH_METHOD: Struct = {
  struct: '.Alias',
  fields: {
    Name: 'string',
    Type: 'string',
    DisplayName: 'string',
    Description: 'string',
    MaxTokenTTL: 'duration',
    TokenLocality: 'string',
    NamespaceRules: 'any',
    Config: { map: 'any' },
    ...IGNORED,
  },
};

export interface BindingRuleInput {
  ID?: string;
  Description?: string;
  AuthMethod?: string;
  Selector?: string;
  BindType?: string;
  BindName?: string;
  BindVars?: { Name?: string };
}

export const BINDING_RULE: Struct = {
  struct: 'structs.ACLBindingRule',
  fields: {
    ID: 'string',
    Description: 'string',
    AuthMethod: 'string',
    Selector: 'string',
    BindType: 'string',
    BindName: 'string',
    BindVars: TEMPLATE_VARIABLES,
    ...IGNORED,
  },
};

export interface LoginInput {
  AuthMethod?: string;
  BearerToken?: string;
  Meta?: Record<string, string>;
}

export const LOGIN: Struct = {
  struct: 'structs.ACLLoginParams',
  fields: {
    AuthMethod: 'string',
    BearerToken: 'string',
    Meta: { map: 'string' },
    Namespace: 'any',
    Partition: 'any',
  },
};

export const BOOTSTRAP: Struct = {
  struct: 'structs.ACLInitialTokenBootstrapRequest',
  fields: { BootstrapSecret: 'string' },
};

export const TEMPLATE_PREVIEW: Struct = TEMPLATE_VARIABLES;
