/** The ACL system's wire types (Consul: agent/structs/acl.go, api/acl.go). Fields that may be absent are absent when empty, as in Consul. */

export interface ACLPolicy {
  ID: string;
  Name: string;
  Description: string;
  Rules: string;
  /** The datacenters in which it holds; absent for all. */
  Datacenters?: string[];
  /** Standard base64 of 32 bytes over everything that a writer says. */
  Hash: string;
  CreateIndex: number;
  ModifyIndex: number;
}

/** A policy or a role where something refers to it; a writer may give either. */
export interface ACLLink {
  ID: string;
  Name: string;
}

export interface ServiceIdentity {
  ServiceName: string;
  Datacenters?: string[];
}

export interface NodeIdentity {
  NodeName: string;
  Datacenter: string;
}

export interface TemplatedPolicy {
  TemplateID: string;
  TemplateName: string;
  TemplateVariables?: { name: string };
  Datacenters?: string[];
}

/** What gives a token or a role its rights. */
export interface ACLGrants {
  Policies?: ACLLink[];
  ServiceIdentities?: ServiceIdentity[];
  NodeIdentities?: NodeIdentity[];
  TemplatedPolicies?: TemplatedPolicy[];
}

export interface ACLRole extends ACLGrants {
  ID: string;
  Name: string;
  Description: string;
  Hash: string;
  CreateIndex: number;
  ModifyIndex: number;
}

export interface ACLToken extends ACLGrants {
  AccessorID: string;
  /** `<hidden>` for whoever may read ACLs but not write them. */
  SecretID: string;
  Description: string;
  Roles?: ACLLink[];
  /** Of this datacenter alone. */
  Local: boolean;
  /** Of the login that made it. */
  AuthMethod?: string;
  /** RFC 3339. */
  ExpirationTime?: string;
  CreateTime: string;
  Hash: string;
  CreateIndex: number;
  ModifyIndex: number;
}

/** `Config` is the method's own, e.g. the keys of a `jwt` method; sensitive, and shown to whoever may read ACLs, as in Consul. */
export interface ACLAuthMethod {
  Name: string;
  Type: string;
  DisplayName?: string;
  Description?: string;
  /** Go duration. */
  MaxTokenTTL?: string;
  TokenLocality?: string;
  Config?: Record<string, unknown> | null;
  CreateIndex: number;
  ModifyIndex: number;
}

export interface ACLBindingRule {
  ID: string;
  Description: string;
  AuthMethod: string;
  Selector: string;
  BindType: string;
  BindName: string;
  BindVars?: { name: string };
  CreateIndex: number;
  ModifyIndex: number;
}

/** One question of /v1/internal/acl/authorize. */
export interface ACLAuthorizationRequest {
  Resource: string;
  /** Name of a named resource; '' otherwise. */
  Segment?: string;
  Access: string;
}

export interface ACLAuthorizationResponse extends ACLAuthorizationRequest {
  Allow: boolean;
}

export interface PolicyTemplateView {
  TemplateName: string;
  /** JSON schema of its variables as text, '' for a template without. */
  Schema: string;
  Template: string;
  Description: string;
}

/** Of /v1/acl/replication. Indexes are those of the primary's log. */
export interface ACLReplicationStatus {
  Enabled: boolean;
  Running: boolean;
  SourceDatacenter: string;
  /** `policies`: with roles; `tokens`: with roles and global tokens. '' in a primary. */
  ReplicationType: string;
  ReplicatedIndex: number;
  ReplicatedRoleIndex: number;
  ReplicatedTokenIndex: number;
  /** RFC 3339; Go's zero time for never. */
  LastSuccess: string;
  LastError: string;
  LastErrorMessage: string;
}
