/** The change log as a stream: what happened after a place in it, and whether anything did. Consul has neither. */
import { type PlacedChange, renderChangePage } from '../../http-api/stream/change-page.ts';
import { RPCError, badRequest } from '../../protocol/errors.ts';
import { STREAM_PAGE_CHARS, STREAM_PAGE_CHANGES, STREAM_SCAN_ROWS } from '../../protocol/limits.ts';
import type { MethodArgs } from '../../protocol/methods.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import {
  ALL_ITEMS,
  type LogPosition,
  type LoggedChange,
  changesAfter,
  isLost,
  parsePosition,
  renderChange,
  renderPosition,
} from '../state/change-log.ts';
import { resolveMoment } from '../state/log-time.ts';
import { type ChangeTopic, parseChangeTopics } from '../watch/change-topics.ts';
import { mayReadChange, requireTopics } from './change-rights.ts';
import type { EndpointContext, ReadEndpoints } from './endpoint.ts';

type ListArgs = MethodArgs<'changes.list'>;

export const changesReads: ReadEndpoints<'changes.list' | 'changes.head'> = {
  'changes.list': {
    kind: 'read',
    topics: () => [],
    read(context, args, authorizer) {
      const topics = parseChangeTopics(args.topics);
      requireTopics(authorizer, topics);
      const { Index, Incarnation } = context.info();
      const end = { idx: Index, item: ALL_ITEMS };
      const start = findStart(context, args, end);
      const page =
        typeof start === 'string' ? emptyPage(end) : readPage(context, topics, start, authorizer);
      const head = {
        Incarnation: Incarnation.slice(0, INCARNATION_CHARS),
        Resync: typeof start === 'string' ? start : ('' as const),
        Position: renderPosition(page.position),
        More: page.more,
      };
      return { index: Index, body: renderChangePage(head, page.changes) };
    },
  },
  'changes.head': {
    kind: 'read',
    topics: ({ topics }) => parseChangeTopics(topics).flatMap((topic) => topic.topics),
    read(context, args, authorizer) {
      const topics = parseChangeTopics(args.topics);
      requireTopics(authorizer, topics);
      const { Index } = context.info();
      // Without a place any index will do: a watcher is told only when one of its topics was touched.
      if (args.after === undefined) return { index: Index, body: '' };
      const after = parsePosition(args.after);
      const { changes, more, position } = readPage(context, topics, after, authorizer, 1);
      return { index: changes.length > 0 || more ? position.idx : after.idx, body: '' };
    },
  },
};

/** Enough to tell restores of one datacenter apart; it stands in every event's id. */
const INCARNATION_CHARS = 8;

type Resync = 'trimmed' | 'restored';

/** Where the page begins, or why what came after that place cannot be told. */
function findStart(
  { sql, now, info }: EndpointContext,
  { after, from, incarnation }: ListArgs,
  end: LogPosition,
): LogPosition | Resync {
  if (incarnation !== undefined && !info().Incarnation.startsWith(incarnation)) return 'restored';
  if (after === undefined && from === undefined) return end;
  try {
    const start =
      after === undefined
        ? { idx: resolveMoment(sql, from ?? '', now()), item: ALL_ITEMS }
        : parsePosition(after);
    if (start.idx > end.idx)
      throw badRequest(`index ${start.idx} has not been reached yet: the last one is ${end.idx}`);
    return isLost(sql, start) ? 'trimmed' : start;
  } catch (error) {
    if (error instanceof RPCError && error.code === 'gone') return 'trimmed';
    throw error;
  }
}

interface Page {
  readonly changes: PlacedChange[];
  /** Everything up to here was looked at. */
  readonly position: LogPosition;
  /** Whether there was more in the log than the page took. */
  readonly more: boolean;
}

function emptyPage(position: LogPosition): Page {
  return { changes: [], position, more: false };
}

function readPage(
  { sql }: EndpointContext,
  topics: readonly ChangeTopic[],
  start: LogPosition,
  authorizer: Authorizer,
  limit = STREAM_PAGE_CHANGES,
): Page {
  const rows = changesAfter(sql, start, STREAM_SCAN_ROWS);
  const changes: PlacedChange[] = [];
  let chars = 0;
  for (const [at, row] of rows.entries()) {
    if (!topics.some((topic) => topic.matches(row)) || !mayReadChange(authorizer, row)) continue;
    const position = positionOf(rows, at);
    const text = renderChange(sql, row);
    chars += text.length;
    changes.push({ position: renderPosition(position), text });
    if (changes.length >= limit || chars >= STREAM_PAGE_CHARS)
      return { changes, position, more: at < rows.length - 1 || isFull(rows) };
  }
  const position = rows.length === 0 ? start : positionOf(rows, rows.length - 1);
  return { changes, position, more: isFull(rows) };
}

function isFull(rows: readonly LoggedChange[]): boolean {
  return rows.length === STREAM_SCAN_ROWS;
}

/** The place after a row: the whole index when no more of it is to come. */
function positionOf(rows: readonly LoggedChange[], at: number): LogPosition {
  const row = rows[at]!;
  const next = rows[at + 1];
  const isLast = next === undefined ? !isFull(rows) : next.idx !== row.idx;
  return { idx: row.idx, item: isLast ? ALL_ITEMS : row.item };
}
