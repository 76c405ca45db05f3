/**
 * The parsed form of those answers that were asked for last.
 *
 * An answer's text is its one lasting form: parsed, a service's instances take twice as much again. Whoever makes something
 * smaller of them (DNS records, an index of nodes) does that once for each change and keeps that; this is for who asks for one
 * service in many ways in a row. So the first time is not kept: a burst of answers that are each looked at once would be old
 * by the time they go, and leave V8 a heap of half-empty pages.
 */

/**
 * Characters of text whose parsed form is kept: some 700 instances, a megabyte. Names that are asked for in ever other letter case
 * (0x20) find theirs here and not in the cache of packets.
 */
const MAX_PARSED_CHARS = 512 * 1024;

interface Parsed {
  readonly version: number;
  readonly chars: number;
  readonly value: unknown;
}

export class ParsedAnswers {
  readonly #maxChars: number;
  /** In the order of last use, the oldest first. */
  readonly #byOwner = new Map<object, Parsed>();
  /** The version that was parsed last, of owners whose parsed form is not kept. */
  readonly #parsedOnce = new WeakMap<object, number>();
  #chars = 0;

  constructor(maxChars = MAX_PARSED_CHARS) {
    this.#maxChars = maxChars;
  }

  /** What `text` says; parsed again when it is not kept, or is kept of another version. */
  get(owner: object, version: number, text: string): unknown {
    const known = this.#byOwner.get(owner);
    if (known !== undefined) this.#forget(owner, known);
    const isKnown = known?.version === version;
    const value: unknown = isKnown ? known.value : JSON.parse(text);
    const isWanted = isKnown || this.#parsedOnce.get(owner) === version;
    // One that would push out all others is parsed each time.
    if (isWanted && text.length <= this.#maxChars)
      this.#keep(owner, { version, chars: text.length, value });
    else this.#parsedOnce.set(owner, version);
    return value;
  }

  forget(owner: object): void {
    const known = this.#byOwner.get(owner);
    if (known !== undefined) this.#forget(owner, known);
  }

  #keep(owner: object, parsed: Parsed): void {
    this.#byOwner.set(owner, parsed);
    this.#chars += parsed.chars;
    for (const [oldest, each] of this.#byOwner) {
      if (this.#chars <= this.#maxChars) break;
      this.#forget(oldest, each);
    }
  }

  #forget(owner: object, { chars }: Parsed): void {
    this.#byOwner.delete(owner);
    this.#chars -= chars;
  }
}
