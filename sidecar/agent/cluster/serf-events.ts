/** User events as Consul names and packs them in Serf, and as /v1/event/ shows them. */
import type { UserEvent } from '../../../protocol/types/event.ts';
import { parseUserEventName, renderUserEventName } from '../../gossip/serf/consul/event-names.ts';
import {
  decodeUserEventPayload,
  encodeUserEventPayload,
} from '../../gossip/serf/consul/user-event-payload.ts';
import type { SerfEvent } from '../../gossip/serf/events.ts';

/** @returns undefined for what no user of Consul's API fired, or cannot be read */
export function decodeSerfEvent(event: SerfEvent): UserEvent | undefined {
  if (event.kind !== 'user') return undefined;
  const name = parseUserEventName(event.name);
  const packed = name === undefined ? undefined : decodeUserEventPayload(event.payload);
  if (packed === undefined) return undefined;
  const { id, payload, nodeFilter, serviceFilter, tagFilter, version } = packed;
  return {
    ID: id,
    Name: packed.name,
    Payload: payload.length === 0 ? null : Buffer.from(payload).toString('base64'),
    NodeFilter: nodeFilter,
    ServiceFilter: serviceFilter,
    TagFilter: tagFilter,
    Version: version,
    LTime: event.lTime,
  };
}

export function encodeSerfEvent(event: UserEvent): { name: string; payload: Uint8Array } {
  const payload = encodeUserEventPayload({
    id: event.ID,
    name: event.Name,
    payload: Buffer.from(event.Payload ?? '', 'base64'),
    nodeFilter: event.NodeFilter,
    serviceFilter: event.ServiceFilter,
    tagFilter: event.TagFilter,
    version: event.Version,
  });
  return { name: renderUserEventName(event.Name), payload };
}
