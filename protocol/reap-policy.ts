/**
 * How long an instance may stand that nobody reports for: in the `Meta` of a service's `service-defaults`, or of `mesh`
 * for the whole datacenter. Consul has no such policy, but keeps the entries: what is written for Lictor does no harm there.
 */
import { parseDuration } from './duration.ts';
import { REAP_AFTER_MIN_MS } from './limits.ts';

export const REAP_AFTER = 'lictor-reap-after';
/** Of a service: spared by the datacenter's policy. */
export const REAP_NEVER = 'never';

/** In milliseconds; null for `never`. Undefined where nothing (or nothing valid) is said. */
export function reapAfter(
  meta: Readonly<Record<string, string>> | undefined,
): number | null | undefined {
  const text = meta?.[REAP_AFTER];
  if (text === undefined) return undefined;
  if (text === REAP_NEVER) return null;
  const ms = parseDuration(text);
  return ms !== null && ms >= REAP_AFTER_MIN_MS ? ms : undefined;
}
