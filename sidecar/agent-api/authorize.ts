/** Whether a client's certificate lets it connect to a service of this host (Consul: agent/connect_auth.go). */
import { type Struct, decodeBody } from '../../http-api/decode.ts';
import { HTTPError } from '../../http-api/http-error.ts';
import { parseToken } from '../../http-api/query-options.ts';
import { answerHeaders, renderValue } from '../../http-api/render.ts';
import type { Handler } from '../../http-api/route.ts';
import { decideIntention } from '../../protocol/intention-decision.ts';
import { type ServiceIdentity, parseIdentity } from '../../protocol/spiffe-id.ts';
import type { Intention } from '../../protocol/types/intention.ts';
import type { AgentAPIDeps } from './deps.ts';
import { right } from './rights.ts';

interface AuthorizeBody {
  Target?: string;
  ClientCertURI?: string;
}

const BODY: Struct = {
  struct: 'structs.ConnectAuthorizeRequest',
  fields: { Target: 'string', ClientCertURI: 'string', ClientCertSerial: 'string' },
};

/** The trust domain and the datacenter of the certificate are whoever verified it to judge, as in Consul. */
export function authorizeRoute({ agent, rights }: AgentAPIDeps): Handler {
  return async (request, context) => {
    const body = decodeBody<AuthorizeBody | undefined>(await request.body(), BODY) ?? {};
    const { Target: target = '', ClientCertURI = '' } = body;
    if (target === '') throw new HTTPError(400, 'Target service must be specified');
    const client = requireService(ClientCertURI);
    await rights.require(parseToken(request), right('service', 'write', target));
    const args = { by: 'destination' as const, names: [target] };
    const options = {
      token: parseToken(request),
      datacenter: '',
      consistency: 'default' as const,
      cached: true,
    };
    const answer = await context.rpc.call('intention.match', args, options);
    const [intentions = []] = JSON.parse(answer.body) as Intention[][];
    // There is one namespace, so nothing is said about services of another.
    const known = client.namespace === 'default' ? intentions : [];
    const { allowed, by } = decideIntention(known, client.service, agent.intentionDefault);
    const headers = Object.entries(answerHeaders(answer));
    const ofCache = headers.filter(([name]) => name === 'X-Cache' || name === 'Age');
    return renderValue(
      request,
      { Authorized: allowed, Reason: renderReason(by) },
      Object.fromEntries(ofCache),
    );
  };
}

/** @throws HTTPError 400 */
function requireService(uri: string): ServiceIdentity {
  const identity = parseIdentity(uri);
  if (identity === undefined) {
    throw new HTTPError(400, 'ClientCertURI not a valid Connect identifier');
  }
  if (identity.kind !== 'service')
    throw new HTTPError(400, 'ClientCertURI not a valid Service identifier');
  const { partition } = identity;
  if (partition === 'default') return identity;
  throw new HTTPError(400, `Mismatched partitions: ${JSON.stringify(partition)} != "default"`);
}

function renderReason(by: Intention | undefined): string {
  if (by === undefined) return 'Default behavior configured by ACLs';
  const { Action, Permissions = [], Precedence } = by;
  // Only those that were made by the older calls have one.
  const id = by.ID ? `ID: ${by.ID}, ` : '';
  const isL4 = Permissions.length === 0;
  const pair = `${by.SourceNS}/${by.SourceName} => ${by.DestinationNS}/${by.DestinationName}`;
  const detail = isL4
    ? `Action: ${(Action ?? '').toUpperCase()}`
    : `Permissions: ${Permissions.length}`;
  return `Matched ${isL4 ? 'L4' : 'L7'} intention: ${pair} (${id}Precedence: ${Precedence}, ${detail})`;
}
