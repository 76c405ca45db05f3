/**
 * Indexes of catalog topics.
 *
 * Most stand in a row of their own. Checks change more often than everything else, so their topics get no row at each
 * change: the log's last row carries the index of all checks, and a node's is the highest among its checks. A topic's row
 * counts beside that: it holds what is no longer there. The index of all instances is the highest of the nodes' topics.
 */
import { BOUND_TEXT } from '../db/bound-text.ts';
import { type SQL, firstRow } from '../db/storage.ts';
import { CHECKS, INSTANCES, NODE, NODE_CHECKS, type Topic } from '../watch/topics.ts';
import { lastCheckChange } from './last-check-change.ts';
import { absentIndex } from './meta.ts';
import { prefixRange } from './ranges.ts';

/** The last index at which any of `topics` changed; of topics that never did, or whose tombstone is reaped, the floor. */
export function topicIndex(sql: SQL, ...topics: Topic[]): number {
  let index = 0;
  for (const topic of topics) {
    for (const row of sql.exec<{ idx: number }>('SELECT idx FROM topics WHERE name = ?', topic)) {
      index = Math.max(index, row.idx);
    }
    index = Math.max(index, indexWithoutRow(sql, topic));
  }
  return index === 0 ? absentIndex(sql) : index;
}

function indexWithoutRow(sql: SQL, topic: Topic): number {
  if (topic === CHECKS) return lastCheckChange(sql);
  if (topic === INSTANCES) return lastNodeChange(sql);
  if (!topic.startsWith(NODE_CHECKS)) return 0;
  const row = firstRow<{ last: number | null }>(
    sql,
    `SELECT MAX(modify_index) AS last FROM checks WHERE node = ${BOUND_TEXT}`,
    topic.slice(NODE_CHECKS.length),
  );
  return row?.last ?? 0;
}

/** Reads a row for each node, which who asks for all their instances does anyway. */
function lastNodeChange(sql: SQL): number {
  const { where, bindings } = prefixRange('name', NODE);
  const query = `SELECT MAX(idx) AS last FROM topics WHERE ${where}`;
  return firstRow<{ last: number | null }>(sql, query, ...bindings)?.last ?? 0;
}
