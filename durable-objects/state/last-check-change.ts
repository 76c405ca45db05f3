/** The index of all health checks, which the last row of the change log carries. */
import { type SQL, firstRow } from '../db/storage.ts';

/** The last index at which any health check changed; 0 when none ever did. */
export function lastCheckChange(sql: SQL): number {
  const row = firstRow<{ checks_idx: number }>(
    sql,
    'SELECT checks_idx FROM changes ORDER BY idx DESC, item DESC LIMIT 1',
  );
  return row?.checks_idx ?? 0;
}
