import { LOG_MAX_AGE_MS, LOG_MAX_BYTES } from '../../../protocol/limits.ts';
import { renderDuration } from '../../../protocol/duration.ts';
import type { HistoryConfig } from '../agent-config-network.ts';
import type { BuildContext } from './build-context.ts';

/** A log that is cut below this forgets what happened before anybody could read it. */
const MIN_AGE_MS = 60_000;
const MIN_BYTES = 64 * 1024;

/** How much of the change log an embedded control plane keeps. */
export function buildHistory(context: BuildContext): HistoryConfig {
  const { max_age, max_bytes = LOG_MAX_BYTES } = context.raw.history ?? {};
  const maxAgeMs = context.ms(max_age, renderDuration(LOG_MAX_AGE_MS));
  if (maxAgeMs < MIN_AGE_MS) {
    context.fail('history.max_age', `must be at least ${renderDuration(MIN_AGE_MS)}`);
  }
  if (max_bytes < MIN_BYTES) {
    context.fail('history.max_bytes', `must be at least ${MIN_BYTES}`);
  }
  return { maxAgeMs, maxBytes: max_bytes };
}
