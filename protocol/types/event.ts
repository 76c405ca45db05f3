/** A user event as /v1/event/ shows it (Consul: api/event.go). */
export interface UserEvent {
  ID: string;
  Name: string;
  /** Standard base64; null when there is none. */
  Payload: string | null;
  /** Regular expressions in Go's syntax: who takes the event. '' takes everybody. */
  NodeFilter: string;
  ServiceFilter: string;
  TagFilter: string;
  /** Of the format; always 1. */
  Version: number;
  /** Lamport time: rises with every event. 0 in the answer to the one who fired it. */
  LTime: number;
}

/**
 * What stands for a list of events as its index: the halves of the last event's UUID, combined by exclusive or (Consul:
 * uuidToUint64). It does not grow: clients compare it for equality only.
 */
export function eventIndex(id: string): bigint {
  const digits = id.replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/i.test(digits)) return 0n;
  return BigInt(`0x${digits.slice(0, 16)}`) ^ BigInt(`0x${digits.slice(16)}`);
}
