/** The configuration of the mesh's certificate authority (Consul: agent/connect_ca_endpoint.go). */
import type { CAConfiguration } from '../../protocol/types/connect.ts';
import { type Struct, decodeBody } from '../decode.ts';
import { callJSON } from '../call.ts';
import { parseQueryOptions, parseWriteOptions } from '../query-options.ts';
import { renderJSON } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';

export const connectCARoutes: Route[] = [
  {
    path: '/v1/connect/ca/configuration',
    methods: { GET: getConfiguration, PUT: setConfiguration },
  },
];

const SECOND_SPELLING = 'force_without_cross_signing';

const CONFIGURATION: Struct = {
  struct: '.Alias',
  fields: {
    Provider: 'string',
    Config: { map: 'any' },
    State: { map: 'string' },
    ForceWithoutCrossSigning: 'bool',
    [SECOND_SPELLING]: 'bool',
    CreateIndex: 'uint64',
    ModifyIndex: 'uint64',
  },
  own: {
    names: new Set([SECOND_SPELLING]),
    spellings: new Map([[SECOND_SPELLING, 'ForceWithoutCrossSigning']]),
    type: `struct { ForceWithoutCrossSigningSnake bool "json:\\"${SECOND_SPELLING}\\""; *structs.Alias }`,
  },
};

/** Not a blocking query, and without the headers of one, as in Consul. */
function getConfiguration(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const options = parseQueryOptions(request, context);
  return callJSON(request, context.rpc, 'connect.ca-configuration', {}, options);
}

/** Replaces it: what the body does not say is as if it had never been said. */
async function setConfiguration(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const body = decodeBody<Partial<CAConfiguration> | undefined>(
    await request.body(),
    CONFIGURATION,
  );
  const args = {
    Provider: body?.Provider ?? '',
    Config: withoutBigInts(body?.Config ?? null) as CAConfiguration['Config'],
    State: body?.State ?? null,
    ForceWithoutCrossSigning: body?.ForceWithoutCrossSigning ?? false,
  };
  await context.rpc.call('connect.ca-configure', args, parseWriteOptions(request));
  return renderJSON(request, '');
}

/** Durations in nanoseconds are beyond what JavaScript's numbers hold exactly, by less than anybody measures. */
function withoutBigInts(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutBigInts);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, withoutBigInts(item)]),
  );
}
