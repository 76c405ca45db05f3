/**
 * How large a user event is on the wire of Serf, where it has to fit into one packet with others.
 *
 * The event travels as MessagePack inside a MessagePack message: Consul's own encoder writes the newer string and byte
 * formats, Serf's the old ones. Events by link need no such bound, but what is taken here must also pass by gossip.
 */
import type { UserEvent } from './types/event.ts';

/** Serf's UserEventSizeLimit. */
export const USER_EVENT_MAX_BYTES = 512;
/** Of the name under which Consul fires its events in Serf. */
const SERF_NAME_PREFIX = 'consul:event:';

/** @returns Consul's words for what is wrong, or null. The LTime is that which the event is going to have. */
export function eventSizeProblem(event: UserEvent): string | null {
  const name = utf8Bytes(SERF_NAME_PREFIX) + utf8Bytes(event.Name);
  const payload = eventBytes(event);
  if (name + payload > USER_EVENT_MAX_BYTES) {
    return `user event exceeds configured limit of ${USER_EVENT_MAX_BYTES} bytes before encoding`;
  }
  if (messageBytes(name, payload, event.LTime) > USER_EVENT_MAX_BYTES) {
    return `encoded user event exceeds configured limit of ${USER_EVENT_MAX_BYTES} bytes after encoding`;
  }
  return null;
}

/** Consul's own structure (agent/user_event.go): empty fields are left out. */
function eventBytes({
  ID,
  Name,
  Payload,
  NodeFilter,
  ServiceFilter,
  TagFilter,
}: UserEvent): number {
  const header = 1 + keyBytes('id') + keyBytes('n') + keyBytes('v') + 1;
  const payload = base64Bytes(Payload ?? '');
  return (
    header +
    newTextBytes(utf8Bytes(ID)) +
    newTextBytes(utf8Bytes(Name)) +
    (payload === 0 ? 0 : keyBytes('p') + newBinaryBytes(payload)) +
    optionalBytes('nf', NodeFilter) +
    optionalBytes('sf', ServiceFilter) +
    optionalBytes('tf', TagFilter)
  );
}

/** Serf's message: its type, and a map of LTime, Name, Payload and CC. */
function messageBytes(name: number, payload: number, ltime: number): number {
  const keys = keyBytes('LTime') + keyBytes('Name') + keyBytes('Payload') + keyBytes('CC');
  return 2 + keys + integerBytes(ltime) + oldRawBytes(name) + oldRawBytes(payload) + 1;
}

/** This layer knows no TextEncoder. */
function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const char of text) {
    const point = char.codePointAt(0)!;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

const keyBytes = (name: string): number => 1 + name.length;

function optionalBytes(key: string, text: string): number {
  return text === '' ? 0 : keyBytes(key) + newTextBytes(utf8Bytes(text));
}

/** fixstr, str 8, str 16. */
function newTextBytes(bytes: number): number {
  return bytes + (bytes < 32 ? 1 : bytes < 256 ? 2 : 3);
}

/** bin 8, bin 16. */
function newBinaryBytes(bytes: number): number {
  return bytes + (bytes < 256 ? 2 : 3);
}

/** The old specification has no raw 8. */
function oldRawBytes(bytes: number): number {
  return bytes + (bytes < 32 ? 1 : 3);
}

function integerBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x100) return 2;
  return value < 0x10000 ? 3 : 5;
}

function base64Bytes(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return (text.length / 4) * 3 - padding;
}
