/** What configuration entries say of this host's proxies, unless the agent is told not to look at them. */
import { systemClock } from '../../checks/clock.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import { CentralConfig } from '../../local/central-config.ts';
import type { LocalState } from '../../local/local-state.ts';
import type { AgentTokens } from '../acl/agent-tokens.ts';
import type { LinkCatalog } from './link-catalog.ts';

export function createCentralConfig(
  { config, tokens }: { readonly config: AgentConfig; readonly tokens: AgentTokens },
  state: LocalState,
  resolver: LinkCatalog,
): CentralConfig | null {
  if (!config.enableCentralServiceConfig) return null;
  return new CentralConfig({ state, resolver, clock: systemClock, defaultToken: tokens.user });
}
