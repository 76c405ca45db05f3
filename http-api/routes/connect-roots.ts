/** The roots of the mesh's certificate authority, for the datacenter and for an agent (agent/connect_ca_endpoint.go, agent_endpoint.go). */
import type { CARoots } from '../../protocol/types/connect.ts';
import { HTTPError } from '../http-error.ts';
import { parseBool } from '../parse-bool.ts';
import { withQueryHeaders } from '../query-errors.ts';
import { parseQueryOptions } from '../query-options.ts';
import { readAnswer } from '../read.ts';
import { answerHeaders, renderJSON } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Handler, Route } from '../route.ts';

const PEM_CHAIN = 'application/pem-certificate-chain';

export const connectRootRoutes: Route[] = [
  { path: '/v1/connect/ca/roots', methods: { GET: listRoots } },
];

/** What an agent hands to its proxies. */
export const agentRoots: Handler = async (request, context) => {
  // Always from the cache, as Consul's agent has it.
  const options = { ...parseQueryOptions(request, context), cached: true };
  const answer = await readAnswer(request, context, 'connect.roots', {}, options);
  return renderJSON(request, answer.body, answerHeaders(answer));
};

async function listRoots(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const wantsPEM = parsePEM(request.query.get('pem'));
  const options = { ...parseQueryOptions(request, context), cached: false };
  const answer = await readAnswer(request, context, 'connect.roots', {}, options).catch(
    (error: unknown) => {
      throw withQueryHeaders(error);
    },
  );
  const headers = answerHeaders(answer);
  if (!wantsPEM) return renderJSON(request, answer.body, headers);
  const { Roots } = JSON.parse(answer.body) as CARoots;
  return {
    status: 200,
    headers: { ...headers, 'Content-Type': PEM_CHAIN },
    body: Roots.map(({ RootCert }) => RootCert).join(''),
  };
}

function parsePEM(text: string): boolean {
  if (text === '') return false;
  const value = parseBool(text);
  if (value !== null) return value;
  throw new HTTPError(400, "The 'pem' query parameter must be a boolean value");
}
