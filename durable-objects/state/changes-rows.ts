/** The rows of the change log as writes append them, and what they count for. */
import type { DeferredTable } from '../db/deferred-storage.ts';
import type { SQL, SQLValue } from '../db/storage.ts';

export interface Change {
  /** What kind of thing changed and how, e.g. `kv.set`, `service.delete`. */
  kind: string;
  key: string;
  /** Index of the same key's previous change, 0 at its first. */
  previousIndex: number;
  /** JSON of the value after the change, null after a deletion. Must hold no secret. */
  value: string | null;
  /**
   * Whose rights are asked of a reader where the key does not say it: the service of an instance or check, the node of
   * a session.
   */
  scope?: string;
  /** How many pieces of a long value stand in kv_chunks, and how long they are together. */
  chunks?: { readonly count: number; readonly chars: number };
}

/** What a write says once of all its changes. */
export interface ChangeOrigin {
  readonly index: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly actor: string;
}

export interface ChangeRow extends ChangeOrigin {
  readonly item: number;
  readonly change: Change;
  readonly logEnd: number;
  readonly checksIndex: number;
}

/** What changes of health checks are called, whatever happened to them. */
const CHECK_KINDS = 'check.';

export function isCheckChange({ kind }: Change): boolean {
  return kind.startsWith(CHECK_KINDS);
}

/** What a row of the log costs beside its texts: numbers, headers, its place in the tree. Rounded up. */
const ROW_OVERHEAD_CHARS = 64;

export function sizeOfChange({ kind, key, value, scope, chunks }: Change, actor: string): number {
  const texts = kind.length + key.length + actor.length + (value?.length ?? 0);
  return ROW_OVERHEAD_CHARS + texts + (scope?.length ?? 0) + (chunks?.chars ?? 0);
}

/** Far below the 2 MB that a row may have on the platform; longer values are few, and gain nothing from waiting. */
const MAX_WAITING_CHARS = 64 * 1024;

/** Bound once for all rows of a statement. */
const SHARED = ['at', 'actor', 'kind', 'checks_idx'] as const;
/** Bound for each row. */
const OWN = ['idx', 'item', 'key', 'prev_idx', 'value', 'scope', 'chunks', 'log_end'] as const;

/** Rows in a statement: as many as the platform's 100 bindings allow, and steps on the way down, so that statements are few. */
const STATEMENT_ROWS = [12, 4, 1] as const;

function insertionOf(rows: number): string {
  const shared = SHARED.map((_, at) => `?${at + 1}`).join(', ');
  const tuples = Array.from({ length: rows }, (_, row) => {
    const own = OWN.map((_column, at) => `?${SHARED.length + row * OWN.length + at + 1}`);
    return `(${shared}, ${own.join(', ')})`;
  });
  return `INSERT INTO changes (${[...SHARED, ...OWN].join(', ')}) VALUES ${tuples.join(', ')}`;
}

const INSERTIONS = STATEMENT_ROWS.map((rows) => [rows, insertionOf(rows)] as const);

export const changesTable: DeferredTable<ChangeRow> = {
  name: 'changes',

  mustNotWait: ({ change }) => (change.value?.length ?? 0) > MAX_WAITING_CHARS,

  write(sql, rows) {
    for (let at = 0; at < rows.length;) {
      const end = endOfRun(rows, at);
      while (at < end) {
        const [count, insertion] = INSERTIONS.find(([size]) => size <= end - at)!;
        insert(sql, insertion, rows.slice(at, at + count));
        at += count;
      }
    }
  },
};

/** Where the rows end that have all of SHARED in common. */
function endOfRun(rows: readonly ChangeRow[], from: number): number {
  const first = rows[from]!;
  let end = from + 1;
  while (end < rows.length && isAlike(first, rows[end]!)) end++;
  return end;
}

function isAlike(left: ChangeRow, right: ChangeRow): boolean {
  return (
    left.now === right.now &&
    left.checksIndex === right.checksIndex &&
    left.change.kind === right.change.kind &&
    left.actor === right.actor
  );
}

function insert(sql: SQL, insertion: string, rows: readonly ChangeRow[]): void {
  const { now, actor, change, checksIndex } = rows[0]!;
  const bindings: SQLValue[] = [now, actor, change.kind, checksIndex];
  for (const { index, item, logEnd, change: each } of rows) {
    bindings.push(index, item, each.key, each.previousIndex, each.value);
    bindings.push(each.scope ?? null, each.chunks?.count ?? 0, logEnd);
  }
  sql.exec(insertion, ...bindings);
}
