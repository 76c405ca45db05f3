import type { Memberlist } from '../memberlist.ts';
import type { SerfParts } from './serf-parts.ts';

/** Names and text form as `serf info` and Consul's `serf_lan` of /v1/agent/self have them. */
export function renderStats(
  parts: SerfParts,
  memberlist: Pick<Memberlist, 'healthScore'>,
): Record<string, string> {
  const { membership, userEvents, queries, queues, coordinates } = parts;
  const { table } = membership;
  const numbers = {
    members: table.size,
    failed: table.withStatus('failed').length,
    left: table.withStatus('left').length,
    health_score: memberlist.healthScore(),
    member_time: membership.time,
    event_time: userEvents.time,
    query_time: queries.time,
    intent_queue: queues.intents.length,
    event_queue: queues.events.length,
    query_queue: queues.queries.length,
    ...(coordinates === undefined ? {} : { coordinate_resets: coordinates.resets }),
  };
  const texts = Object.entries(numbers).map(([name, value]) => [name, String(value)]);
  return { ...Object.fromEntries(texts), encrypted: String(parts.isEncrypted()) };
}
