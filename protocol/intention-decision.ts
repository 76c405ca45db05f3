/** Whether a connection may be made (Consul: agent/consul/intention_endpoint.go, IntentionDecision). */
import type { Intention, IntentionAction } from './types/intention.ts';

export interface IntentionDecision {
  readonly allowed: boolean;
  /** The intention that decided; without one the datacenter's default did. */
  readonly by?: Intention;
}

/**
 * @param intentions towards the destination, those that go first in front: what `intention.match` answers
 * @param source of this datacenter, not of a peer
 *
 * Permissions are about requests, of which a connection knows nothing: they count as denied.
 */
export function decideIntention(
  intentions: readonly Intention[],
  source: string,
  byDefault: IntentionAction,
): IntentionDecision {
  const by = intentions.find(
    ({ SourceName, SourcePeer = '' }) =>
      SourcePeer === '' && (SourceName === source || SourceName === '*'),
  );
  return by === undefined
    ? { allowed: byDefault === 'allow' }
    : { allowed: by.Action === 'allow', by };
}
