/**
 * A long JSON list, put together piece by piece.
 *
 * Rendered items are trees of small strings, three times as large as their text. Joined early they can be collected early, so
 * that a list of 25 MB does not need 100.
 */
import { ListSize } from './list-size.ts';

/** Characters that are joined at a time: small beside the list, and large beside an item. */
const PIECE_CHARS = 256 * 1024;

export class ListText {
  readonly #size: ListSize;
  readonly #pieces: string[] = [];
  #open: string[] = [];
  #openChars = 0;

  /** @param remedy what a client can do whose list is too long, a clause */
  constructor(remedy: string) {
    this.#size = new ListSize(remedy);
  }

  /** @throws RPCError too-large */
  add(item: string): void {
    this.#size.add(item);
    this.#open.push(item);
    this.#openChars += item.length;
    if (this.#openChars >= PIECE_CHARS) this.#close();
  }

  /** '' for a list of nothing. */
  render(): string {
    if (this.#open.length > 0) this.#close();
    return this.#pieces.length === 0 ? '' : `[${this.#pieces.join(',')}]`;
  }

  #close(): void {
    this.#pieces.push(this.#open.join(','));
    this.#open = [];
    this.#openChars = 0;
  }
}
