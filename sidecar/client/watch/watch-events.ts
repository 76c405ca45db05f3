/** Event lists have no growing index: the last event's ID, folded to 64 bits, stands for the list. */

interface UserEvent {
  readonly ID: string;
}

/** The halves of the UUID, combined by exclusive or (Consul's api.Event.IDToIndex). */
export function eventIndex(id: string): bigint {
  const digits = id.replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/i.test(digits)) return 0n;
  return BigInt(`0x${digits.slice(0, 16)}`) ^ BigInt(`0x${digits.slice(16)}`);
}

/** The events after the one that the position stands for; all of them when it is not in the list any more. */
export function newerEvents(value: unknown, position: string | undefined): unknown {
  if (position === undefined || !Array.isArray(value)) return value;
  const seen = (value as UserEvent[]).findIndex(({ ID }) => String(eventIndex(ID)) === position);
  return value.slice(seen + 1);
}
