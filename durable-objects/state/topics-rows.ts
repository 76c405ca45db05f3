/** The rows of topics as writes touch them. */
import type { DeferredTable } from '../db/deferred-storage.ts';
import type { SQL } from '../db/storage.ts';
import type { Topic } from '../watch/topics.ts';

export interface TopicRow {
  readonly topic: Topic;
  readonly index: number;
  /** When the name that the topic speaks of ceased to exist; null while it does. */
  readonly goneAt: number | null;
}

const UPDATE = 'ON CONFLICT (name) DO UPDATE SET idx = excluded.idx, gone_at = excluded.gone_at';
const ONE = `INSERT INTO topics (name, idx, gone_at) VALUES (?, ?, ?) ${UPDATE}`;
/** SQLite takes ON for a join's unless a WHERE stands before it. */
const MANY =
  'INSERT INTO topics (name, idx, gone_at) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?) WHERE true ' +
  UPDATE;

/** A statement's list: far below the 2 MB that a binding may have on the platform. */
const MAX_LIST_CHARS = 256 * 1024;

/** Of a topic that several writes of a transaction touched only the last row is written. */
export const topicsTable: DeferredTable<TopicRow> = {
  name: 'topics',

  write(sql, rows) {
    const last = new Map(rows.map((row) => [row.topic, row]));
    let list: TopicRow[] = [];
    let chars = 0;
    for (const row of last.values()) {
      list.push(row);
      chars += row.topic.length;
      if (chars < MAX_LIST_CHARS) continue;
      writeList(sql, list);
      list = [];
      chars = 0;
    }
    writeList(sql, list);
  },
};

function writeList(sql: SQL, rows: readonly TopicRow[]): void {
  const [first] = rows;
  if (first === undefined) return;
  if (rows.length === 1) sql.exec(ONE, first.topic, first.index, first.goneAt);
  else {
    const list = rows.map(({ topic, index, goneAt }) => [topic, index, goneAt]);
    sql.exec(MANY, JSON.stringify(list));
  }
}
