/** Which registrations may be carried out side by side. */
import type { CheckDefinition, ServiceDefinition } from '../../protocol/types/agent.ts';
import type { Keys } from './keyed-queue.ts';

/**
 * What a registration touches. Checks that have no ID are named after their service, so its key covers them. Those that have
 * one may be anybody's, and a sidecar takes the first port that is free: such a registration goes alone.
 */
export function keysOfService({ ID, Name, Check, Checks, Connect }: ServiceDefinition): Keys {
  const checks = [...(Checks ?? []), ...(Check ? [Check] : [])];
  const isAlone = Connect?.SidecarService !== undefined || checks.some((check) => check.ID);
  return isAlone ? 'everything' : [`service:${ID || Name}`];
}

/** A check of a service goes alone, and one that is named as a service's would be. */
export function keysOfCheck({ ID, Name, ServiceID }: CheckDefinition): Keys {
  const id = ID || Name || '';
  return ServiceID || id.startsWith('service:') ? 'everything' : [id];
}
