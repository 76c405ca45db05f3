import { MATCH_STEP_RESERVE, MATCH_STEPS_PER_VALUE } from '../limits.ts';
import { WORD } from './character-set.ts';
import { parseRegex } from './parse-regex.ts';
import { assembleProgram } from './program.ts';
import type { Instruction } from './program.ts';
import type { Assertion } from './regex-ast.ts';
import { RegexBudgetError } from './regex-error.ts';

export { RegexBudgetError, RegexSyntaxError } from './regex-error.ts';

/** Stands for "no character" before the first and after the last. */
export const NONE = -1;
const NEWLINE = 0x0a;

/** A compiled pattern, with an allowance of work that successive tests share. */
export class Regex {
  private readonly program: readonly Instruction[];
  /** Every match must begin at the start of the text, so a run may end as soon as no thread is left. */
  private readonly anchored: boolean;
  private current: ThreadSet;
  private following: ThreadSet;
  private stepsLeft = MATCH_STEP_RESERVE;

  /** @throws RegexSyntaxError */
  constructor(pattern: string) {
    this.program = assembleProgram(parseRegex(pattern), pattern, false);
    const first = this.program[0];
    this.anchored = first?.op === 'assertion' && first.assertion === 'text-start';
    this.current = new ThreadSet(this.program.length);
    this.following = new ThreadSet(this.program.length);
  }

  /**
   * Whether the pattern matches anywhere in `text`.
   *
   * All threads advance together, one character at a time, so the cost is at most text times program.
   *
   * @throws RegexBudgetError when the reserve of steps is used up
   */
  test(text: string): boolean {
    this.stepsLeft = Math.min(MATCH_STEP_RESERVE, this.stepsLeft + MATCH_STEPS_PER_VALUE);
    let before = NONE;
    let index = 0;
    this.current.clear();
    for (;;) {
      const after = text.codePointAt(index) ?? NONE;
      if (index === 0 || !this.anchored) this.current.start(0);
      if (this.closure(this.current, before, after)) return true;
      this.stepsLeft -= this.current.size + 1;
      if (this.stepsLeft < 0) throw new RegexBudgetError();
      if (after === NONE || (this.anchored && this.current.size === 0)) return false;
      this.following.clear();
      for (let thread = 0; thread < this.current.size; thread += 1) {
        const address = this.current.at(thread);
        const instruction = this.program[address];
        if (instruction?.op === 'character' && instruction.test(after)) {
          this.following.start(address + 1);
        }
      }
      [this.current, this.following] = [this.following, this.current];
      before = after;
      index += after > 0xffff ? 2 : 1;
    }
  }

  /** Adds to `threads` all that can be reached without a character. @returns true on reaching the end of the program */
  private closure(threads: ThreadSet, before: number, after: number): boolean {
    // The set grows while it is walked: what is added behind is visited in its turn.
    for (let thread = 0; thread < threads.size; thread += 1) {
      const address = threads.at(thread);
      const instruction = this.program[address];
      switch (instruction?.op) {
        case 'match':
          return true;
        case 'jump':
          threads.start(instruction.to);
          break;
        case 'split':
          threads.start(address + 1);
          threads.start(instruction.other);
          break;
        case 'assertion':
          if (holds(instruction.assertion, before, after)) threads.start(address + 1);
          break;
        default:
      }
    }
    return false;
  }
}

export function holds(assertion: Assertion, before: number, after: number): boolean {
  switch (assertion) {
    case 'text-start':
      return before === NONE;
    case 'text-end':
      return after === NONE;
    case 'line-start':
      return before === NONE || before === NEWLINE;
    case 'line-end':
      return after === NONE || after === NEWLINE;
    case 'word-boundary':
      return WORD(before) !== WORD(after);
    case 'no-word-boundary':
      return WORD(before) === WORD(after);
  }
}

/** Addresses in order of arrival, each once: the sparse set of Briggs and Torczon, which clears in constant time. */
class ThreadSet {
  size = 0;
  private readonly dense: Uint16Array;
  private readonly sparse: Uint16Array;

  constructor(capacity: number) {
    this.dense = new Uint16Array(capacity);
    this.sparse = new Uint16Array(capacity);
  }

  clear(): void {
    this.size = 0;
  }

  at(position: number): number {
    return this.dense[position] ?? 0;
  }

  start(address: number): void {
    const position = this.sparse[address] ?? 0;
    if (position < this.size && this.dense[position] === address) return;
    this.sparse[address] = this.size;
    this.dense[this.size] = address;
    this.size += 1;
  }
}
