/** A leaf certificate with its key, for a service of this host (Consul: agent/agent_endpoint.go AgentConnectCALeafCert). */
import { HTTPError } from '../../http-api/http-error.ts';
import { parseQueryOptions } from '../../http-api/query-options.ts';
import { renderValue } from '../../http-api/render.ts';
import type { Route } from '../../http-api/route.ts';
import type { LeafCert } from '../../protocol/types/connect.ts';

/** sidecar/leaf-certificates implements it. */
export interface LeafCertificates {
  /** @throws RPCError */
  get(
    wanted: { readonly service: string; readonly token: string },
    minIndex: number,
    waitMs: number,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly leaf: LeafCert; readonly cache: 'HIT' | 'MISS'; readonly ageMs: number }>;
}

/** @param tokenOf stands the agent's own in for a token that a request does not carry */
export function leafRoute(leaves: LeafCertificates, tokenOf: (given: string) => string): Route {
  return {
    path: '/v1/agent/connect/ca/leaf/',
    methods: {
      GET: async (request, context) => {
        const { token, minIndex, waitMs } = parseQueryOptions(request, context);
        const service = request.rest;
        if (service === '') {
          throw new HTTPError(500, 'URI must be either service, agent, server, or kind');
        }
        const wanted = { service, token: tokenOf(token) };
        const { leaf, cache, ageMs } = await leaves.get(wanted, minIndex, waitMs, request.signal);
        return renderValue(request, leaf, {
          'X-Consul-Index': String(leaf.ModifyIndex),
          'X-Cache': cache,
          ...(cache === 'HIT' && { Age: String(Math.floor(ageMs / 1000)) }),
        });
      },
    },
  };
}
