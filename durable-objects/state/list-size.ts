/** How long an answer may become that is put together in memory. */
import { RPCError } from '../../protocol/errors.ts';
import { MAX_LIST_CHARS } from '../../protocol/limits.ts';

export class ListSize {
  readonly #remedy: string;
  #chars = 0;

  /** @param remedy what the client can do instead, a clause */
  constructor(remedy: string) {
    this.#remedy = remedy;
  }

  /** @throws RPCError too-large */
  add(text: string): void {
    this.#chars += text.length + 1;
    if (this.#chars <= MAX_LIST_CHARS) return;
    throw new RPCError(
      'too-large',
      `the answer would be longer than ${MAX_LIST_CHARS / 1024 / 1024} MB: ${this.#remedy}`,
    );
  }
}

export const READ_IN_PAGES =
  'read it in pages, ?limit=1000 and then ?limit=1000&after=KEY with the last key of the page before';
