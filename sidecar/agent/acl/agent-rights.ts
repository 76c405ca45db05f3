/**
 * What a token may do with this agent. The datacenter decides; what it said is remembered for a while, and longer while it
 * cannot be asked, as `acl.down_policy` wants (Consul: agent/acl.go, agent/consul/acl.go).
 */
import { type ServerRPC, directCall } from '../../../http-api/server-rpc.ts';
import { RPCError, forbidden, toRPCError } from '../../../protocol/errors.ts';
import type { ACLAuthorizationRequest } from '../../../protocol/types/acl.ts';
import type { AgentRights } from '../../agent-api/rights.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import type { ACLConfig } from '../../config/agent-config-security.ts';
import type { AgentTokens } from './agent-tokens.ts';
import { clientToken } from './client-calls.ts';

interface AgentRightsOptions {
  readonly config: ACLConfig;
  readonly nodeName: string;
  readonly tokens: AgentTokens;
  readonly rpc: ServerRPC;
  /** The datacenter runs beside this agent: asking it costs nothing, and what it says needs no remembering. */
  readonly isEmbedded: boolean;
  readonly now: () => number;
}

interface Decision {
  /** Null when it was allowed. */
  readonly refusal: string | null;
  readonly decidedAt: number;
}

/** A token asks few things of an agent; the bound keeps made-up tokens from costing memory. */
const MAX_DECISIONS = 4_096;

export function createAgentRights(
  { acl, nodeName, controlPlane }: Pick<AgentConfig, 'acl' | 'nodeName' | 'controlPlane'>,
  tokens: AgentTokens,
  rpc: ServerRPC,
  now: () => number = () => Date.now(),
): AgentRights {
  if (!acl.enabled) return EVERYTHING;
  const isEmbedded = controlPlane === 'embedded';
  return new AskedRights({ config: acl, nodeName, tokens, rpc, isEmbedded, now });
}

const EVERYTHING: AgentRights = {
  require: async () => {},
  allows: async (_token, requests) => requests.map(() => true),
};

class AskedRights implements AgentRights {
  readonly #options: AgentRightsOptions;
  /** In the order in which they were made. */
  readonly #decisions = new Map<string, Decision>();

  constructor(options: AgentRightsOptions) {
    this.#options = options;
  }

  async require(given: string, ...requests: ACLAuthorizationRequest[]): Promise<void> {
    const { tokens, rpc } = this.#options;
    const token = clientToken(given, tokens.user);
    if (requests.length === 0 && !tokens.isRecovery(token))
      await rpc.call('acl.require', { requests: [] }, directCall(token));
    for (const request of requests) {
      const ask = async (): Promise<null> => {
        await rpc.call('acl.require', { requests: [request] }, directCall(token));
        return null;
      };
      const refusal = await this.#decide(token, request, ask, true);
      if (refusal !== null) throw forbidden(refusal);
    }
  }

  async allows(given: string, requests: readonly ACLAuthorizationRequest[]): Promise<boolean[]> {
    const { tokens, rpc } = this.#options;
    const token = clientToken(given, tokens.user);
    const asked = Promise.withResolvers<boolean[]>();
    // All that is not known yet is asked in one call.
    const unknown: ACLAuthorizationRequest[] = [];
    const decisions = requests.map((request) =>
      this.#decide(
        token,
        request,
        async () => {
          const at = unknown.push(request) - 1;
          return (await asked.promise)[at] ? null : HIDDEN;
        },
        false,
      ),
    );
    if (unknown.length === 0) asked.resolve([]);
    else {
      rpc
        .call('acl.authorize', { requests: unknown }, directCall(token))
        .then(({ body }) => (JSON.parse(body) as { Allow: boolean }[]).map(({ Allow }) => Allow))
        .then(asked.resolve, asked.reject);
    }
    return (await Promise.all(decisions)).map((refusal) => refusal === null);
  }

  /**
   * @param isSingle a refusal of the question is the answer; to a list it means that nobody has the token
   * @returns why it is refused, or null
   * @throws RPCError when that cannot be found out
   */
  async #decide(
    token: string,
    request: ACLAuthorizationRequest,
    ask: () => Promise<string | null>,
    isSingle: boolean,
  ): Promise<string | null> {
    const { config, isEmbedded, now, tokens } = this.#options;
    if (tokens.isRecovery(token)) return this.#isOfRecovery(request) ? null : NOT_FOR_RECOVERY;
    const key = JSON.stringify([token, request.Resource, request.Access, request.Segment ?? '']);
    const known = this.#decisions.get(key);
    const ttlMs = isEmbedded
      ? 0
      : Math.min(config.tokenTTLMs, config.policyTTLMs, config.roleTTLMs);
    if (known !== undefined && now() - known.decidedAt < ttlMs) return known.refusal;
    try {
      return this.#remember(key, await ask());
    } catch (thrown) {
      const error = toRPCError(thrown);
      if (error.code === 'forbidden' && isSingle) return this.#remember(key, error.message);
      if (error.code !== 'unavailable') throw error;
      return this.#whileDown(known, error);
    }
  }

  #whileDown(known: Decision | undefined, error: RPCError): string | null {
    const { downPolicy } = this.#options.config;
    if (downPolicy === 'allow') return null;
    if (downPolicy === 'deny') return 'Permission denied';
    if (known === undefined) throw error;
    return known.refusal;
  }

  #remember(key: string, refusal: string | null): string | null {
    this.#decisions.delete(key);
    this.#decisions.set(key, { refusal, decidedAt: this.#options.now() });
    for (const oldest of this.#decisions.keys()) {
      if (this.#decisions.size <= MAX_DECISIONS) break;
      this.#decisions.delete(oldest);
    }
    return refusal;
  }

  /** Everything with this agent, and seeing who its members are. */
  #isOfRecovery({ Resource, Access, Segment = '' }: ACLAuthorizationRequest): boolean {
    if (Resource === 'agent') return Segment === this.#options.nodeName;
    return Resource === 'node' && Access === 'read';
  }
}

/** Of what is left out nobody is told why. */
const HIDDEN = 'Permission denied';
const NOT_FOR_RECOVERY = 'Permission denied: the recovery token is for the agent alone';
