/** From what a client calls a moment (an index, or a time) to an index of the change log. */
import { RPCError, badRequest } from '../../protocol/errors.ts';
import type { SQL } from '../db/storage.ts';
import { firstRow } from '../db/storage.ts';
import { trimmedIndex } from './log-trim.ts';

/** RFC 3339, section 5.6. A `+` of the offset that a query string turned into a space is taken as one. */
const TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+\- ]\d\d:\d\d)$/;

/** The state of an index of which the log tells no more. */
export function gone(what: string): RPCError {
  return new RPCError('gone', what);
}

/**
 * The index that `text` means: itself, or the last one that was taken at that time or before.
 *
 * @throws RPCError bad-request for what is neither or lies in the future, gone for a time before the log begins
 */
export function resolveMoment(sql: SQL, text: string, now: number): number {
  const last = lastChange(sql);
  if (/^\d{1,15}$/.test(text)) {
    const index = Number(text);
    if (index <= last.idx) return index;
    throw badRequest(`index ${index} has not been reached yet: the last one is ${last.idx}`);
  }
  const time = TIME.test(text) ? Date.parse(text.replace(' ', '+')) : NaN;
  if (Number.isNaN(time))
    throw badRequest(`neither an index nor an RFC 3339 time: ${JSON.stringify(text.slice(0, 64))}`);
  if (time > now) throw badRequest(`${text} lies in the future`);
  return time >= last.at ? last.idx : indexAt(sql, time, last.idx);
}

function lastChange(sql: SQL): { idx: number; at: number } {
  const row = firstRow<{ idx: number; at: number }>(
    sql,
    'SELECT idx, at FROM changes ORDER BY idx DESC, item DESC LIMIT 1',
  );
  return row ?? { idx: 1, at: 0 };
}

/** A search by halves over the primary key: changes stand in the order of their time. */
function indexAt(sql: SQL, time: number, last: number): number {
  const trimmed = trimmedIndex(sql);
  let [low, high] = [trimmed, last];
  // Everything up to `low` is early enough, everything from `high` on is too late.
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const row = firstRow<{ at: number }>(
      sql,
      'SELECT at FROM changes WHERE idx >= ? ORDER BY idx LIMIT 1',
      middle,
    );
    if (row !== undefined && row.at <= time) low = middle;
    else high = middle;
  }
  if (low === trimmed && trimmed > 0)
    throw gone('the log of changes was trimmed: it does not go back to that time');
  return Math.max(1, low);
}
