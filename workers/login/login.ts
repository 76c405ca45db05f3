/** A login from the bearer token to the datacenter's token (Consul: agent/consul/acl_endpoint.go Login). */
import { RPCError, forbidden, toRPCError } from '../../protocol/errors.ts';
import {
  LOGIN_FAILURE_STATUS,
  type LoginFailure,
  type LoginRequest,
} from '../../protocol/login-http.ts';
import type { ACLAuthMethod } from '../../protocol/types/acl.ts';
import { LOGIN } from '../../http-api/acl/acl-input.ts';
import { decodeBody } from '../../http-api/decode.ts';
import type { Answer } from '../../http-api/server-rpc.ts';
import type { VerifiedIdentity } from '../../durable-objects/acl/binding.ts';
import type { DeployedDatacenters } from '../env.ts';
import { toAnswer } from '../to-answer.ts';
import { checkClaims, mapClaims } from './claims.ts';
import { verifySignature } from './verify-jwt.ts';

/** @param datacenter '' for the deployment's own. @throws RPCError */
export async function logIn(
  datacenters: DeployedDatacenters,
  datacenter: string,
  request: LoginRequest,
): Promise<Answer> {
  const { AuthMethod, BearerToken, Meta = {} } = request;
  const { stub } = await datacenters.require(datacenter);
  const { body } = toAnswer(await stub.authMethod(AuthMethod));
  if (body === '') {
    throw forbidden(`ACL not found: auth method ${JSON.stringify(AuthMethod)} not found`);
  }
  const method = JSON.parse(body) as ACLAuthMethod;
  const identity = await verify(method, BearerToken);
  return toAnswer(await stub.logIn(method.Name, identity, { ...Meta }));
}

async function verify(method: ACLAuthMethod, token: string): Promise<VerifiedIdentity> {
  const config = method.Config ?? {};
  if (method.Type !== 'jwt') {
    throw new RPCError(
      'not-built',
      `Logging in by an auth method of type ${method.Type} is not built: a Worker trusts no certificate authority of a cluster's own. Use type jwt with the keys of its service accounts.`,
    );
  }
  const claims = await verifySignature(token, config);
  checkClaims(claims, config, Date.now());
  return mapClaims(claims, config);
}

/** For a sidecar, which hands its clients' logins on. */
export async function serveSidecarLogin(
  request: Request,
  datacenters: DeployedDatacenters,
  datacenter: string,
): Promise<Response> {
  try {
    const bytes = new Uint8Array(await request.arrayBuffer());
    const { body } = await logIn(datacenters, datacenter, decodeBody<LoginRequest>(bytes, LOGIN));
    return new Response(body, { headers: { 'content-type': 'application/json' } });
  } catch (error) {
    const { code, message } = toRPCError(error);
    const failure: LoginFailure = { code, message };
    return Response.json(failure, { status: LOGIN_FAILURE_STATUS });
  }
}
