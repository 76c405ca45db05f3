/** What only a deployed Worker can do, handed on to it by its agents: making and removing datacenters. */
import { HTTPError } from '../../../http-api/http-error.ts';
import type { APIRequest, APIResponse, Handler, Route } from '../../../http-api/route.ts';
import { RPCError } from '../../../protocol/errors.ts';
import { requestText } from '../../lib/http-request.ts';
import type { Dial } from '../../server-link/link-transport.ts';

const EMBEDDED =
  'This datacenter runs on its own hosts, not on a deployed Worker: another one is made by starting a server agent of its name, and joined with retry_join_wan';
const TIMEOUT_MS = 20_000;
const PATH = '/v1/datacenters';

export function edgeRoutes(dial: () => Promise<Dial>): Route[] {
  const handOn = (path: string): Handler => {
    return (request) => forward(dial, request, path + encodeURIComponent(request.rest));
  };
  return [
    { path: PATH, methods: { GET: handOn(PATH) } },
    { path: `${PATH}/`, methods: { PUT: handOn(`${PATH}/`), DELETE: handOn(`${PATH}/`) } },
  ];
}

async function forward(
  dial: () => Promise<Dial>,
  request: APIRequest,
  path: string,
): Promise<APIResponse> {
  const { url, authorization, datacenter } = await dial().catch((error: Error) => {
    throw new RPCError('unavailable', error.message);
  });
  // Only the way to a Worker names the datacenter that is meant there.
  if (datacenter === undefined) throw new HTTPError(501, EMBEDDED);
  const target = new URL(path, url);
  for (const name of ['confirm', 'force'])
    if (request.query.has(name)) target.searchParams.set(name, request.query.get(name));
  const body = request.method === 'PUT' ? await request.body() : null;
  const answer = await requestText(target, {
    method: request.method,
    headers: { authorization },
    body,
    timeoutMs: TIMEOUT_MS,
  }).catch((error: Error) => {
    throw new RPCError('unavailable', `the Worker cannot be reached: ${error.message}`);
  });
  return {
    status: answer.status,
    headers: answer.type === null ? {} : { 'Content-Type': answer.type },
    body: answer.text,
  };
}
