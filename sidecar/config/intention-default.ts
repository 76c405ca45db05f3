import type { IntentionAction } from '../../protocol/types/intention.ts';
import type { AgentConfig } from './agent-config.ts';

/** What holds for connections about which no intention says anything: without a policy of its own, what holds for tokens. */
export function intentionDefault(
  config: Pick<AgentConfig, 'defaultIntentionPolicy' | 'acl'>,
): IntentionAction {
  if (config.defaultIntentionPolicy !== '') return config.defaultIntentionPolicy;
  return config.acl.enabled ? config.acl.defaultPolicy : 'allow';
}
