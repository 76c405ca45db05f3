/** Gossip keys of all members (agent/operator_endpoint.go, OperatorKeyringEndpoint). */
import { decodeBody, type Struct } from '../../http-api/decode.ts';
import { HTTPError } from '../../http-api/http-error.ts';
import { parseBool } from '../../http-api/parse-bool.ts';
import { renderValue } from '../../http-api/render.ts';
import type { APIRequest, Route } from '../../http-api/route.ts';
import type { KeyChange, PoolKeys } from './agent.ts';
import type { AgentAPIDeps } from './deps.ts';
import { done } from './responses.ts';
import { guard } from './rights.ts';

const KEY_BODY: Struct = {
  struct: 'agent.keyringArgs',
  fields: { Key: 'string', Token: 'string' },
};
/** More relays than that cost more than they help (Serf). */
const MAX_RELAY_FACTOR = 5;

export function keyringRoutes({ agent, rights }: AgentAPIDeps): Route[] {
  const change =
    (verb: KeyChange) =>
    async (request: APIRequest): Promise<ReturnType<typeof done>> => {
      const relayFactor = parseRelayFactor(request);
      if (parseLocalOnly(request)) {
        throw new HTTPError(
          400,
          'Invalid use of local-only: local-only can only be set for list requests',
        );
      }
      const { Key = '' } =
        decodeBody<{ Key?: string } | undefined>(await request.body(), KEY_BODY) ?? {};
      refuseFailures(await agent.changeKey(verb, Key, relayFactor));
      return done();
    };
  return [
    {
      path: '/v1/operator/keyring',
      methods: {
        GET: guard(rights, 'keyring', 'read', async (request) => {
          const relayFactor = parseRelayFactor(request);
          const pools = await agent.listKeys(relayFactor, parseLocalOnly(request));
          refuseFailures(pools);
          return renderValue(request, pools.map(renderPool));
        }),
        POST: guard(rights, 'keyring', 'write', change('install')),
        PUT: guard(rights, 'keyring', 'write', change('use')),
        DELETE: guard(rights, 'keyring', 'write', change('remove')),
      },
    },
  ];
}

function renderPool({ pool, datacenter, result }: PoolKeys): Record<string, unknown> {
  const messages = Object.keys(result.messages).length > 0 ? { Messages: result.messages } : {};
  return {
    WAN: pool === 'wan',
    Datacenter: datacenter,
    Segment: '',
    ...messages,
    Keys: result.keys,
    PrimaryKeys: result.primaryKeys,
    NumNodes: result.nodes,
  };
}

/** One line for each pool that failed, and one for each node of it that said why. */
function refuseFailures(pools: readonly PoolKeys[]): void {
  const lines = pools
    .filter(({ result }) => result.error !== undefined)
    .flatMap(({ pool, datacenter, result }) => [
      `${pool === 'wan' ? 'WAN' : `${datacenter} (LAN)`} error: ${result.error}`,
      ...Object.entries(result.messages).map(([node, message]) => `${node}: ${message}`),
    ]);
  if (lines.length === 0) return;
  const count = `${lines.length} error${lines.length === 1 ? '' : 's'} occurred:`;
  throw new HTTPError(500, `${[count, ...lines.map((line) => `\t* ${line}`)].join('\n')}\n\n`);
}

function parseRelayFactor(request: APIRequest): number {
  const text = request.query.get('relay-factor');
  if (text === '') return 0;
  if (!/^-?\d+$/.test(text)) {
    throw new HTTPError(
      400,
      `Invalid relay-factor: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  }
  const factor = Number(text);
  if (factor < 0 || factor > MAX_RELAY_FACTOR) {
    throw new HTTPError(
      400,
      `Invalid relay-factor: Relay factor must be in range: [0, ${MAX_RELAY_FACTOR}]`,
    );
  }
  return factor;
}

function parseLocalOnly(request: APIRequest): boolean {
  const text = request.query.get('local-only');
  const value = text === '' ? false : parseBool(text);
  if (value !== null) return value;
  throw new HTTPError(
    400,
    `Error parsing local-only: strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}
