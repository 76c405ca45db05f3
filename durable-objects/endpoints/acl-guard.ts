import { RPCError } from '../../protocol/errors.ts';
import type { EndpointContext } from './endpoint.ts';

/** @throws RPCError unauthorized in a datacenter without an ACL system */
export function requireACLs({ acl }: EndpointContext): void {
  if (!acl.enabled) throw new RPCError('unauthorized', 'ACL support disabled');
}
