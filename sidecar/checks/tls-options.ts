/** TLS settings of the checks that speak it. */
import type { SecureContextOptions } from 'node:tls';
import type { CheckDefinition } from '../../protocol/types/agent.ts';

/** What the agent's own configuration adds to checks (`enable_agent_tls_for_checks`). */
export type AgentTLS = Pick<SecureContextOptions, 'ca' | 'cert' | 'key'>;

export interface TLSOptions extends AgentTLS {
  readonly servername?: string;
  readonly rejectUnauthorized: boolean;
}

/**
 * Certificates are verified unless the definition says TLSSkipVerify; its TLSServerName replaces
 * the name that is expected.
 */
export function tlsOptions(
  definition: CheckDefinition,
  agentTLS: AgentTLS | undefined,
): TLSOptions {
  return {
    ...agentTLS,
    ...(definition.TLSServerName ? { servername: definition.TLSServerName } : {}),
    rejectUnauthorized: definition.TLSSkipVerify !== true,
  };
}
