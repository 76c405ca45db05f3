/** The roots of the mesh's certificate authority, for the datacenter and for an agent (agent/connect_ca_endpoint.go, agent_endpoint.go). */
import type { CARoots } from '../../protocol/types/connect.ts';
import { HTTPError } from '../http-error.ts';
import { parseBool } from '../parse-bool.ts';
import { readJSON } from '../read.ts';
import type { APIContext, APIRequest, APIResponse, Handler, Route } from '../route.ts';

const PEM_CHAIN = 'application/pem-certificate-chain';

export const connectRootRoutes: Route[] = [
  { path: '/v1/connect/ca/roots', methods: { GET: listRoots } },
];

/** What an agent hands to its proxies. */
export const agentRoots: Handler = (request, context) =>
  readJSON(request, context, 'connect.roots', {});

async function listRoots(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const wantsPEM = parsePEM(request.query.get('pem'));
  const response = await readJSON(request, context, 'connect.roots', {});
  if (!wantsPEM) return response;
  const { Roots } = JSON.parse(String(response.body)) as CARoots;
  response.headers['Content-Type'] = PEM_CHAIN;
  return { ...response, body: Roots.map(({ RootCert }) => RootCert).join('') };
}

function parsePEM(text: string): boolean {
  if (text === '') return false;
  const value = parseBool(text);
  if (value !== null) return value;
  throw new HTTPError(400, "The 'pem' query parameter must be a boolean value");
}
