/** What the ACL commands send and get; fields as in Consul's HTTP API. */

export interface PolicyLink {
  readonly ID?: string;
  readonly Name?: string;
}

export interface ServiceIdentity {
  readonly ServiceName: string;
  readonly Datacenters?: readonly string[] | null;
}

export interface NodeIdentity {
  readonly NodeName: string;
  readonly Datacenter: string;
}

/** The API writes the name small, Consul's client and its commands large; both read either. */
export interface TemplateVariables {
  readonly Name?: string;
  readonly name?: string;
}

export interface TemplatedPolicy {
  readonly TemplateName: string;
  readonly TemplateVariables?: TemplateVariables | null;
  readonly Datacenters?: readonly string[] | null;
}

/** Where tokens and roles take their rights from. */
export interface Grants {
  readonly Policies?: readonly PolicyLink[] | null;
  readonly ServiceIdentities?: readonly ServiceIdentity[] | null;
  readonly NodeIdentities?: readonly NodeIdentity[] | null;
  readonly TemplatedPolicies?: readonly TemplatedPolicy[] | null;
}

/** What all of them carry for `-meta`. */
export interface Indexed {
  /** Base64. */
  readonly Hash?: string | null;
  readonly CreateIndex: number;
  readonly ModifyIndex: number;
}

export interface Policy extends Indexed {
  readonly ID: string;
  readonly Name: string;
  readonly Description: string;
  readonly Datacenters?: readonly string[] | null;
  /** Absent in lists. */
  readonly Rules?: string;
}

export interface Role extends Indexed, Grants {
  readonly ID: string;
  readonly Name: string;
  readonly Description: string;
}

export interface Token extends Indexed, Grants {
  readonly AccessorID: string;
  readonly SecretID: string;
  readonly Description: string;
  readonly Local: boolean;
  readonly AuthMethod?: string;
  readonly CreateTime: string;
  readonly ExpirationTime?: string | null;
  readonly Roles?: readonly PolicyLink[] | null;
}

/** GET /v1/acl/token/ID?expanded */
export interface ExpandedToken extends Token {
  readonly ExpandedPolicies?: readonly Policy[] | null;
  readonly ExpandedRoles?: readonly Role[] | null;
  readonly AgentACLDefaultPolicy: string;
  readonly AgentACLDownPolicy: string;
  readonly ResolvedByAgent: string;
}

export interface AuthMethod extends Indexed {
  readonly Name: string;
  readonly Type: string;
  readonly DisplayName?: string;
  readonly Description?: string;
  readonly MaxTokenTTL?: string;
  readonly TokenLocality?: string;
  readonly Config?: Readonly<Record<string, unknown>> | null;
}

export interface BindingRule extends Indexed {
  readonly ID: string;
  readonly Description?: string;
  readonly AuthMethod: string;
  readonly Selector?: string;
  readonly BindType: string;
  readonly BindName: string;
  readonly BindVars?: TemplateVariables | null;
}

export interface PolicyTemplate {
  readonly TemplateName: string;
  /** JSON; empty when it takes no variables. */
  readonly Schema: string;
  readonly Template: string;
  readonly Description: string;
}
