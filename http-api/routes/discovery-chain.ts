/** /v1/discovery-chain/ (Consul: agent/discovery_chain_endpoint.go). */
import { EntryDecodeError, decodeShape } from '../../protocol/config-entries/decode.ts';
import { MESH_GATEWAY } from '../../protocol/config-entries/kinds/parts.ts';
import { type Decoded, omit, struct } from '../../protocol/config-entries/shape.ts';
import type { ChainArgs } from '../../protocol/types/discovery-chain.ts';
import { HTTPError } from '../http-error.ts';
import { withQueryHeaders } from '../query-errors.ts';
import { parseQueryOptions } from '../query-options.ts';
import { readAnswer } from '../read.ts';
import { answerHeaders, renderJSON } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { refuseTenancy } from '../tenancy.ts';
import { requireName } from './catalog-query.ts';
import { parseBody } from './entry-body.ts';

export const discoveryChainRoutes: Route[] = [
  { path: '/v1/discovery-chain/', methods: { GET: getChain, POST: getChain } },
];

async function getChain(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const options = parseQueryOptions(request, context);
  const compileIn = request.query.get('compile-dc');
  const service = requireName(request, context, 'chain name');
  refuseTenancy(request);
  const args: ChainArgs = {
    service,
    ...(compileIn === '' ? {} : { compileIn }),
    ...(request.method === 'POST' ? { overrides: parseOverrides(await request.body()) } : {}),
  };
  try {
    const answer = await readAnswer(request, context, 'discovery-chain.get', args, options);
    return renderJSON(request, answer.body, answerHeaders(answer, options.consistency));
  } catch (error) {
    throw withQueryHeaders(error);
  }
}

/** Decoded as configuration entries are: in either spelling, a lone value for a list of one. */
const OVERRIDES = struct({
  OverrideProtocol: omit('string'),
  OverrideConnectTimeout: omit('duration'),
  OverrideMeshGateway: omit(MESH_GATEWAY),
});

const MESH_GATEWAY_MODES = new Set(['', 'none', 'local', 'remote']);

/** @throws HTTPError 400 */
function parseOverrides(bytes: Uint8Array): NonNullable<ChainArgs['overrides']> {
  const body = parseBody(bytes);
  if (typeof body !== 'object' || Array.isArray(body)) {
    const kind = Array.isArray(body) ? 'array' : typeof body;
    throw new HTTPError(
      400,
      `Request decoding failed: json: cannot unmarshal ${kind === 'boolean' ? 'bool' : kind} into Go value of type map[string]interface {}`,
    );
  }
  const given = decodeOverrides((body ?? {}) as Record<string, unknown>);
  const meshGatewayMode = given.OverrideMeshGateway?.Mode ?? '';
  if (!MESH_GATEWAY_MODES.has(meshGatewayMode)) {
    throw new HTTPError(400, 'Invalid OverrideMeshGateway.Mode parameter');
  }
  return {
    protocol: given.OverrideProtocol ?? '',
    meshGatewayMode,
    connectTimeoutNs: given.OverrideConnectTimeout ?? 0,
  };
}

function decodeOverrides(body: Record<string, unknown>): Decoded<typeof OVERRIDES> {
  try {
    return decodeShape(body, OVERRIDES) as Decoded<typeof OVERRIDES>;
  } catch (error) {
    if (!(error instanceof EntryDecodeError)) throw error;
    throw new HTTPError(400, `Request decoding failed: ${error.message}`);
  }
}
