/**
 * Rendered answers of queries whose index comes from the topics table: while no topic of a query changes, neither does
 * its text, so equal reads are rendered once.
 *
 * It is a cache only: the index is read from the table each time, and eviction of the object empties it.
 */
import type { Reading } from '../state/kv-read.ts';

/** Well below the 128 MB of an object; one answer of a hundred instances is about 60 KB. */
const MAX_CACHED_CHARS = 8 * 1024 * 1024;
/** A larger answer would push out too many others. */
const MAX_ANSWER_CHARS = MAX_CACHED_CHARS / 8;

export class AnswerCache {
  /** In the order of last use, the oldest first. */
  readonly #answers = new Map<string, Reading>();
  #chars = 0;

  /** The answer of this query at this index, rendered by `render` unless it is known. */
  get(identity: string, index: number, render: () => Reading): Reading {
    const known = this.#answers.get(identity);
    if (known !== undefined) {
      this.#answers.delete(identity);
      if (known.index === index) {
        this.#answers.set(identity, known);
        return known;
      }
      this.#chars -= known.body.length;
    }
    const fresh = render();
    this.#remember(identity, fresh);
    return fresh;
  }

  /** After a transaction failed: its indexes are used again for something else. */
  clear(): void {
    this.#answers.clear();
    this.#chars = 0;
  }

  #remember(identity: string, answer: Reading): void {
    if (answer.body.length > MAX_ANSWER_CHARS) return;
    this.#answers.set(identity, answer);
    this.#chars += answer.body.length;
    for (const [oldest, { body }] of this.#answers) {
      if (this.#chars <= MAX_CACHED_CHARS) break;
      this.#answers.delete(oldest);
      this.#chars -= body.length;
    }
  }
}
