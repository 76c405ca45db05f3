/** The part of the method table by which tokens and what they may do are read and written. */
import type { Method } from './method.ts';
import type {
  ACLAuthMethod,
  ACLAuthorizationRequest,
  ACLAuthorizationResponse,
  ACLBindingRule,
  ACLPolicy,
  ACLReplicationStatus,
  ACLRole,
  ACLToken,
  PolicyTemplateView,
} from './types/acl.ts';

/** One of them at most. IDs are UUIDs. */
export interface TokenListArgs {
  policy?: string;
  role?: string;
  serviceName?: string;
  authMethod?: string;
}

/** By an ID, or by a name. */
export interface ACLNameArgs {
  id?: string;
  name?: string;
}

/**
 * `value` is what a writer sent; the datacenter decodes it. With `id` that very thing is replaced, without it one is made.
 * Reads answer '' for what does not exist, unless they say otherwise.
 */
export interface ACLWriteArgs {
  value: unknown;
  id?: string;
}

export interface ACLMethods {
  /** What the token of the call may do: the answers in the order of the questions. */
  'acl.authorize': Method<
    'read',
    { requests: ACLAuthorizationRequest[] },
    ACLAuthorizationResponse[]
  >;
  /** True when the token of the call may do all of it. @throws RPCError forbidden that names the first that it may not */
  'acl.require': Method<'read', { requests: ACLAuthorizationRequest[] }, boolean>;
  /** The token of the call, secret and all. @throws forbidden for a call without one */
  'acl.token-self': Method<'read', Record<string, never>, ACLToken>;
  /** @throws forbidden where there is none. `expanded` adds what its policies and roles say. */
  'acl.token-read': Method<'read', { accessor: string; expanded?: boolean }, ACLToken>;
  'acl.token-list': Method<'read', TokenListArgs, ACLToken[]>;
  'acl.token-set': Method<'write', ACLWriteArgs, ACLToken>;
  'acl.token-clone': Method<'write', { value: unknown; accessor: string }, ACLToken>;
  'acl.token-delete': Method<'write', { accessor: string }, boolean>;

  'acl.policy-read': Method<'read', ACLNameArgs, ACLPolicy>;
  'acl.policy-list': Method<'read', Record<string, never>, ACLPolicy[]>;
  'acl.policy-set': Method<'write', ACLWriteArgs, ACLPolicy>;
  'acl.policy-delete': Method<'write', { id: string }, boolean>;

  'acl.role-read': Method<'read', ACLNameArgs, ACLRole>;
  'acl.role-list': Method<'read', { policy?: string }, ACLRole[]>;
  'acl.role-set': Method<'write', ACLWriteArgs, ACLRole>;
  'acl.role-delete': Method<'write', { id: string }, boolean>;

  'acl.auth-method-read': Method<'read', { name: string }, ACLAuthMethod>;
  'acl.auth-method-list': Method<'read', Record<string, never>, ACLAuthMethod[]>;
  /** With `id` the method of that name is meant, and made if it does not exist. */
  'acl.auth-method-set': Method<'write', ACLWriteArgs, ACLAuthMethod>;
  /** Its tokens and rules go with it. */
  'acl.auth-method-delete': Method<'write', { name: string }, boolean>;

  'acl.binding-rule-read': Method<'read', { id: string }, ACLBindingRule>;
  'acl.binding-rule-list': Method<'read', { authMethod?: string }, ACLBindingRule[]>;
  'acl.binding-rule-set': Method<'write', ACLWriteArgs, ACLBindingRule>;
  'acl.binding-rule-delete': Method<'write', { id: string }, boolean>;

  /** Every template by its name; it takes rights to read ACLs, though there is no secret in them. */
  'acl.templates': Method<'read', Record<string, never>, Record<string, PolicyTemplateView>>;
  'acl.template-preview': Method<'read', { template: string; name: string }, ACLPolicy>;

  /** How far this datacenter has come in following its primary; it takes no right. */
  'acl.replication': Method<'read', Record<string, never>, ACLReplicationStatus>;

  /** `reset` is the index that an operator has put where only one who runs the datacenter can. */
  'acl.bootstrap': Method<'write', { secret?: string; reset?: number }, ACLToken>;
  /** Deletes the token of the call, which a login made; whatever `accessor` says, the datacenter fills it in. */
  'acl.logout': Method<'write', { accessor?: string }, boolean>;
}
