/** Rules of the policy for instances that nobody reports for, which stands in an entry's metadata. */
import { renderDuration } from '../../../protocol/duration.ts';
import { REAP_AFTER_MIN_MS } from '../../../protocol/limits.ts';
import { REAP_AFTER, REAP_NEVER, reapAfter } from '../../../protocol/reap-policy.ts';

export function reapFaults(meta: Readonly<Record<string, string>> | undefined): string[] {
  const text = meta?.[REAP_AFTER];
  if (text === undefined || reapAfter(meta) !== undefined) return [];
  return [
    `Meta value for key ${JSON.stringify(REAP_AFTER)} must be ${JSON.stringify(REAP_NEVER)} or a duration of at ` +
      `least ${renderDuration(REAP_AFTER_MIN_MS)}, not ${JSON.stringify(text)}`,
  ];
}
