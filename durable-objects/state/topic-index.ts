/** Indexes of catalog topics. */
import type { SQL } from '../db/storage.ts';
import type { Topic } from '../watch/topics.ts';
import { absentIndex } from './meta.ts';

/** The last index at which any of `topics` changed; of topics that never did, or whose tombstone is reaped, the floor. */
export function topicIndex(sql: SQL, ...topics: Topic[]): number {
  let index = 0;
  for (const topic of topics) {
    for (const row of sql.exec<{ idx: number }>('SELECT idx FROM topics WHERE name = ?', topic)) {
      index = Math.max(index, row.idx);
    }
  }
  return index === 0 ? absentIndex(sql) : index;
}
