/**
 * What is to be told of one query after one batch: made when the first watcher needs it, the same for all of them.
 *
 * Of a list only the rows that changed are read and told, which costs what changed, not what the list holds, and needs
 * nothing of the answer that was told before: so it works for an object that has just woken, too.
 */
import {
  MAX_PUSH_ANSWER_CHARS,
  MAX_PUSH_CHANGES_CHARS,
  MAX_PUSH_GROUPS,
} from '../../protocol/limits.ts';
import {
  ANY_BASE,
  type RenderedPush,
  type RowGroup,
  renderAnswerPush,
  renderBump,
  renderChangesPush,
} from '../../protocol/pushes.ts';
import type { Reading } from '../state/kv-read.ts';
import type { Touched } from '../writer.ts';
import type { Topic } from './topics.ts';
import type { TouchedRows } from './touched-rows.ts';
import { UNKNOWN_INDEX, type WatchedQuery } from './watched-query.ts';

/** The rows of a list, as the query's token sees them. */
export interface QueryRows {
  /** Topics that speak of nothing but rows. */
  readonly topics: readonly Topic[];
  /** Null when it cannot be told which groups may have changed. */
  groups(touched: TouchedRows): readonly string[] | null;
  /** @throws RPCError when the token may no longer see the query */
  read(groups: readonly string[]): RowGroup[];
}

export interface Evaluation {
  /** @throws RPCError when the token may no longer see the query */
  answer(query: WatchedQuery): Reading;
  /** Equal while the token sees the same; null when it may no longer enter. */
  rightsOf(token: string): string | null;
  /** Undefined for a query that is always told whole. */
  rows(query: WatchedQuery): QueryRows | undefined;
}

export class PushMaker {
  readonly #query: WatchedQuery;
  readonly #evaluation: Evaluation;
  readonly #touched: Touched;
  readonly #rows: QueryRows | undefined;
  #reading: Reading | null | undefined;
  #answer: RenderedPush | undefined;
  #changes: RenderedPush | undefined;

  constructor(query: WatchedQuery, evaluation: Evaluation, touched: Touched) {
    this.#query = query;
    this.#evaluation = evaluation;
    this.#touched = touched;
    this.#rows = evaluation.rows(query);
  }

  /** The index of the answer after the batch. That of a list is known without reading it. */
  get index(): number {
    return (this.#rows === undefined ? this.#read()?.index : undefined) ?? this.#touchedIndex();
  }

  /** What the query depends on from now on, if reading it has told so. */
  get topics(): readonly Topic[] | undefined {
    return this.#reading?.topics;
  }

  /** The answer, or that there is one to be read. */
  answer(): RenderedPush {
    this.#answer ??= this.#makeAnswer();
    return this.#answer;
  }

  /** The rows that changed, where the query is a list and knows them; otherwise the answer. */
  changes(touchedRows: TouchedRows): RenderedPush {
    this.#changes ??= this.#makeChanges(touchedRows) ?? this.answer();
    return this.#changes;
  }

  #makeAnswer(): RenderedPush {
    const reading = this.#read();
    if (reading === null) return renderBump(this.#touchedIndex());
    const { index, body } = reading;
    return body.length > MAX_PUSH_ANSWER_CHARS ? renderBump(index) : renderAnswerPush(index, body);
  }

  #makeChanges(touchedRows: TouchedRows): RenderedPush | undefined {
    const rows = this.#rows;
    if (rows === undefined) return undefined;
    const isOther = (topic: Topic): boolean =>
      this.#touched.has(topic) && !rows.topics.includes(topic);
    if (this.#query.topics.some(isOther)) return undefined;
    const groups = rows.groups(touchedRows);
    if (groups === null || groups.length > MAX_PUSH_GROUPS) return undefined;
    const { lastIndex } = this.#query;
    const base = lastIndex === UNKNOWN_INDEX ? ANY_BASE : lastIndex;
    const read = orNull(() => rows.read(groups));
    if (read === null) return renderBump(this.index);
    const push = renderChangesPush(this.index, { base, groups: read });
    return push.text.length > MAX_PUSH_CHANGES_CHARS ? renderBump(this.index) : push;
  }

  #read(): Reading | null {
    if (this.#reading === undefined)
      this.#reading = orNull(() => this.#evaluation.answer(this.#query));
    return this.#reading;
  }

  /** The last index at which the batch touched the query. */
  #touchedIndex(): number {
    return this.#query.topics.reduce(
      (last, topic) => Math.max(last, this.#touched.get(topic) ?? 0),
      0,
    );
  }
}

/**
 * Null for what cannot be read any more: its watchers are told to read, and get the error themselves. Whatever goes wrong
 * here, the writes are committed: their writers must not be told otherwise.
 */
function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
