/** Failover policies, of which Consul's community edition knows the default alone. */
import type {
  FailoverPolicy,
  PrioritizeByLocality,
} from '../../../protocol/config-entries/kinds/parts.ts';
import { invalid } from '../../../protocol/errors.ts';

const MODES: readonly string[] = ['', 'sequential', 'order-by-locality'];

export function failoverPolicyFault(policy: FailoverPolicy | undefined): string | undefined {
  return MODES.includes(policy?.Mode ?? '')
    ? undefined
    : "Failover-policy mode must be one of '', 'sequential', or 'order-by-locality'";
}

/** @throws RPCError */
export function validateLocality(priority: PrioritizeByLocality | undefined): void {
  if ((priority?.Mode ?? '') !== '') {
    throw invalid('Prioritize-by-locality requires Consul Enterprise ');
  }
}
