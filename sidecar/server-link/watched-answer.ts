/** One query of the replica: its last answer, and who waits for the next. */
import type { MethodName } from '../../protocol/methods.ts';
import { ANY_BASE, type RowChanges } from '../../protocol/pushes.ts';
import { findRowList } from '../../protocol/row-lists.ts';
import { ParsedAnswers } from './parsed-answers.ts';
import { RowText } from './row-text.ts';

export type Wake = () => void;

/**
 * Waiters that are answered at once, and then in one go. An answer costs some tens of microseconds: with thousands of
 * them, whoever made the change would wait for the last (measured: 200 ms for 5,000), so few come before his turn. Then
 * long slices: short ones mix in what the answered clients do next, and the last of 5,000 waits twice as long.
 */
const FIRST_SLICE = 64;
const WAKE_SLICE = 1_024;

/** Of all answers together, so that no two contents ever share one. */
let lastVersion = 0;

export class WatchedAnswer {
  readonly id: number;
  readonly method: MethodName;
  readonly args: unknown;
  readonly token: string;
  index = 0;
  /** Milliseconds since 1970 at which this answer became known. */
  changedAt = 0;
  lastAskedAt = 0;
  /** Something was left out of what was read last that the token may not see. */
  isFiltered = false;
  /** True once the replica keeps it up to date no longer. */
  isDropped = false;
  /** False for what comes from an earlier run until the datacenter was asked for it again. */
  isSubscribed = false;
  readonly #waiters = new Set<Wake>();
  #body: string | null = null;
  /** The body as rows, once rows of it have changed; with `#body` null it is the truth. */
  #rows: RowText | null = null;
  readonly #parsed: ParsedAnswers;
  #version = ++lastVersion;

  /** @param parsed where the parsed form is kept for a while */
  constructor(
    id: number,
    method: MethodName,
    args: unknown,
    token: string,
    parsed = new ParsedAnswers(),
  ) {
    this.#parsed = parsed;
    this.id = id;
    this.method = method;
    this.args = args;
    this.token = token;
  }

  /** JSON text; '' for "there is no such thing"; null before the first answer or after a push without one. */
  get body(): string | null {
    return (this.#body ??= this.#rows?.render() ?? null);
  }

  get hasBody(): boolean {
    return this.#body !== null || this.#rows !== null;
  }

  get waiterCount(): number {
    return this.#waiters.size;
  }

  get hasWaiters(): boolean {
    return this.#waiters.size > 0;
  }

  /** Names this content: it differs from that of any other content of any answer. */
  get version(): number {
    return this.#version;
  }

  /** The parsed answer. It is kept for a while only: what is made of it is better remembered by `version`. */
  value(): unknown {
    const { body } = this;
    if (body === null || body === '') return null;
    return this.#parsed.get(this, this.#version, body);
  }

  /** @returns true when this is news */
  update(index: number, body: string, now: number): boolean {
    const isNews = index !== this.index || this.changedAt === 0;
    if (isNews || body !== this.#body) this.#contentChanged();
    this.index = index;
    this.#body = body;
    this.#rows = null;
    if (isNews) this.changedAt = now;
    return isNews;
  }

  /**
   * Applies what changed of a list.
   *
   * @returns false when it does not fit what is known here: the whole list has to be read
   */
  apply(index: number, changes: RowChanges, now: number): boolean {
    const list = findRowList(this.method);
    if (list === undefined || !this.hasBody) return false;
    if (changes.base !== ANY_BASE && changes.base !== this.index) return false;
    try {
      this.#rows ??= RowText.parse(list, this.#body ?? '');
      this.#rows.apply(changes.groups);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return false;
    }
    // What an empty list looks like is the datacenter's to say.
    if (this.#rows.size === 0) return false;
    this.#body = null;
    this.#contentChanged();
    this.index = index;
    this.changedAt = now;
    return true;
  }

  /** What is known is out of date. */
  forgetBody(): void {
    this.#body = null;
    this.#rows = null;
    this.#contentChanged();
  }

  #contentChanged(): void {
    this.#version = ++lastVersion;
    this.#parsed.forget(this);
  }

  /** The datacenter was restored: what was known is of another state. Waiters go on waiting, for any index. */
  forget(): void {
    this.index = 0;
    this.forgetBody();
  }

  addWaiter(wake: Wake): void {
    this.#waiters.add(wake);
  }

  removeWaiter(wake: Wake): void {
    this.#waiters.delete(wake);
  }

  /** Wakes whoever waits now, in the order of their coming; what arrives meanwhile has its turn between slices. */
  wakeAll(): void {
    this.#wakeFrom([...this.#waiters], 0, FIRST_SLICE);
  }

  #wakeFrom(waiters: readonly Wake[], start: number, end: number): void {
    // One that gave up since must not be called any more.
    for (const wake of waiters.slice(start, end)) if (this.#waiters.has(wake)) wake();
    if (end < waiters.length) setImmediate(() => this.#wakeFrom(waiters, end, end + WAKE_SLICE));
  }
}
