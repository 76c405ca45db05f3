/** What every endpoint of the ACL system asks first. */
import { type Struct, decodeValue } from '../../http-api/decode.ts';
import { RPCError, badRequest } from '../../protocol/errors.ts';
import { isPrimary } from '../acl-settings.ts';
import type { EndpointContext } from './endpoint.ts';

/** @throws RPCError unauthorized in a datacenter without an ACL system */
export function requireACLs({ acl }: EndpointContext): void {
  if (!acl.enabled) throw new RPCError('unauthorized', 'ACL support disabled');
}

/** What replicates from the primary is written there alone: here the next comparison would undo it. @throws RPCError */
export function requirePrimary({ acl, datacenter }: EndpointContext, what: string): void {
  if (isPrimary(acl, datacenter)) return;
  throw badRequest(
    `${what} are written in the primary datacenter ${JSON.stringify(acl.primaryDatacenter)}`,
  );
}

/** A sidecar is not trusted: what it sends is decoded as the HTTP API decodes a body. @throws RPCError bad-request */
export function decodeInput<T extends object>(value: unknown, struct: Struct): T {
  const fail = (what: string): never => {
    throw badRequest(what);
  };
  return decodeValue<T | undefined>(value, struct, fail) ?? ({} as T);
}
