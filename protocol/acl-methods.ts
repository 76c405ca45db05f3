/** The part of the method table by which tokens and what they may do are read and written. */
import type { Method } from './method.ts';
import type { ACLAuthorizationRequest, ACLAuthorizationResponse, ACLToken } from './types/acl.ts';

export interface ACLMethods {
  /** What the token of the call may do: the answers in the order of the questions. */
  'acl.authorize': Method<
    'read',
    { requests: ACLAuthorizationRequest[] },
    ACLAuthorizationResponse[]
  >;
  /** The token of the call, secret and all; the anonymous one for a call without. */
  'acl.token-self': Method<'read', Record<string, never>, ACLToken>;
}
