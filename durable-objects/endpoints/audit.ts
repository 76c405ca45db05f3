/** Who changed what: the change log backward, filtered, a bounded step at a time. Consul has nothing like it. */
import { compileFilter } from '../../http-api/filter/compile-filter.ts';
import { AUDIT_FIELDS } from '../../http-api/filter/fields/audit-fields.ts';
import { FilterError } from '../../http-api/filter/filter-error.ts';
import { badRequest } from '../../protocol/errors.ts';
import { AUDIT_PAGE_CHARS, AUDIT_PAGE_ENTRIES, AUDIT_SCAN_ROWS } from '../../protocol/limits.ts';
import type { MethodArgs } from '../../protocol/methods.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import {
  ALL_ITEMS,
  type LogPosition,
  type LoggedChange,
  changesUpTo,
  describeChange,
  parsePosition,
  renderChange,
  renderPosition,
} from '../state/change-log.ts';
import { resolveMoment } from '../state/log-time.ts';
import { trimmedIndex } from '../state/log-trim.ts';
import { familyOf } from '../watch/change-topics.ts';
import { mayReadChange } from './change-rights.ts';
import type { EndpointContext, ReadEndpoints } from './endpoint.ts';

type AuditArgs = MethodArgs<'audit.list'>;
type Matches = (change: LoggedChange) => boolean;

export const auditReads: ReadEndpoints<'audit.list'> = {
  'audit.list': {
    kind: 'read',
    topics: () => [],
    read(context, args, authorizer) {
      const index = context.info().Index;
      const limit = Math.min(args.limit ?? AUDIT_PAGE_ENTRIES, AUDIT_PAGE_ENTRIES);
      const newest = findNewest(context, args, index);
      const oldest = findOldest(context, args);
      const rows = changesUpTo(context.sql, newest, AUDIT_SCAN_ROWS);
      const { entries, next } = takePage(context, args, authorizer, rows, { limit, oldest });
      // A full step says nothing of what comes before it; any other went to the beginning of the log.
      const trimmed = trimmedIndex(context.sql);
      const rest = { Next: next, Trimmed: next === '' && trimmed > 0 && oldest <= trimmed };
      const body = `{"Entries":[${entries.join(',')}],${JSON.stringify(rest).slice(1)}`;
      return { index, body };
    },
  },
};

function findNewest({ sql, now }: EndpointContext, args: AuditArgs, last: number): LogPosition {
  if (args.before !== undefined) {
    const { idx, item } = parsePosition(args.before);
    // The last one seen: what is wanted comes before it.
    return item === ALL_ITEMS ? { idx: idx - 1, item } : { idx, item: item - 1 };
  }
  const idx = args.to === undefined ? last : resolveMoment(sql, args.to, now());
  return { idx, item: ALL_ITEMS };
}

/** The lowest index that is wanted. A moment before the log begins is no error here: the log is read to its end. */
function findOldest({ sql, now }: EndpointContext, { from }: AuditArgs): number {
  if (from === undefined) return 0;
  if (/^\d{1,15}$/.test(from)) return Number(from);
  try {
    return resolveMoment(sql, from, now()) + 1;
  } catch (error) {
    if ((error as { code?: string }).code === 'gone') return 0;
    throw error;
  }
}

interface Bounds {
  readonly limit: number;
  readonly oldest: number;
}

function takePage(
  { sql }: EndpointContext,
  args: AuditArgs,
  authorizer: Authorizer,
  rows: readonly LoggedChange[],
  { limit, oldest }: Bounds,
): { entries: string[]; next: string } {
  const matches = matcher(args);
  const entries: string[] = [];
  let chars = 0;
  for (const row of rows) {
    if (row.idx < oldest) return { entries, next: '' };
    if (!matches(row) || !mayReadChange(authorizer, row)) continue;
    const entry = args.values ? renderChange(sql, row) : JSON.stringify(describeChange(row));
    chars += entry.length;
    entries.push(entry);
    if (entries.length >= limit || chars >= AUDIT_PAGE_CHARS)
      return { entries, next: renderPosition(row) };
  }
  const last = rows.at(-1);
  const isFull = rows.length === AUDIT_SCAN_ROWS && last !== undefined;
  return { entries, next: isFull ? renderPosition(last) : '' };
}

/** @throws RPCError bad-request for a filter that does not compile, or that costs too much */
function matcher({ kind, prefix = '', actor, filter = '' }: AuditArgs): Matches {
  const passes = failingPolitely(() => compileFilter(filter, AUDIT_FIELDS));
  return (change) =>
    (kind === undefined || change.kind === kind || familyOf(change.kind) === kind) &&
    change.key.startsWith(prefix) &&
    (actor === undefined || change.actor === actor) &&
    (filter === '' || failingPolitely(() => passes(describeChange(change))));
}

function failingPolitely<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof FilterError) throw badRequest(error.message);
    throw error;
  }
}
