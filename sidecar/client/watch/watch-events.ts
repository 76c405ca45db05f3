/** Event lists have no growing index: the last event's ID, folded to 64 bits, stands for the list. */

import { type UserEvent, eventIndex } from '../../../protocol/types/event.ts';

/** The events after the one that the position stands for; all of them when it is not in the list any more. */
export function newerEvents(value: unknown, position: string | undefined): unknown {
  if (position === undefined || !Array.isArray(value)) return value;
  const seen = (value as UserEvent[]).findIndex(({ ID }) => String(eventIndex(ID)) === position);
  return value.slice(seen + 1);
}
