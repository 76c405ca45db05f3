/**
 * What a pattern and its groups match, by Go's rule: the leftmost match, and of those the one that a backtracking
 * engine would find first.
 *
 * Threads are kept in the order of preference and carry the bounds of their groups (Pike's automaton), so the cost is
 * at most text times program. Positions are counted in UTF-16 units.
 */
import { MAX_SUBMATCH_STEPS } from '../limits.ts';
import { parseRegex } from './parse-regex.ts';
import { type Instruction, assembleProgram } from './program.ts';
import { RegexBudgetError } from './regex-error.ts';
import { NONE, holds } from './regex.ts';

/** Bounds of the match (slots 0 and 1) and of each group; undefined for a group that took no part. */
type Slots = readonly (number | undefined)[];

interface Thread {
  readonly address: number;
  readonly slots: Slots;
}

export class SubmatchFinder {
  readonly #program: readonly Instruction[];
  readonly #groups: number;

  /** @throws RegexSyntaxError */
  constructor(pattern: string) {
    this.#program = assembleProgram(parseRegex(pattern), pattern, true);
    const saves = this.#program.filter((instruction) => instruction.op === 'save');
    this.#groups = 1 + Math.max(0, ...saves.map(({ slot }) => slot >> 1));
  }

  /**
   * The text of the match and of each group ('' for one that took no part), or null without a match.
   *
   * @throws RegexBudgetError for a text and a pattern that would cost too much together
   */
  find(text: string): string[] | null {
    const slots = this.#run(text);
    if (slots === null) return null;
    return Array.from({ length: this.#groups }, (_unused, group) => {
      const [start, end] = [slots[2 * group], slots[2 * group + 1]];
      return start === undefined || end === undefined ? '' : text.slice(start, end);
    });
  }

  #run(text: string): Slots | null {
    let stepsLeft = MAX_SUBMATCH_STEPS;
    let threads: Thread[] = [];
    let best: Slots | null = null;
    let before = NONE;
    for (let index = 0; ;) {
      const after = text.codePointAt(index) ?? NONE;
      const visited = new Set<number>();
      const ready: Thread[] = [];
      // A new start comes last: whoever started further left goes before it. After a match nobody starts any more.
      const entries =
        best === null ? [...threads, { address: 0, slots: [index, undefined] }] : threads;
      for (const entry of entries) this.#follow(entry, index, before, after, visited, ready);
      stepsLeft -= visited.size + 1;
      if (stepsLeft < 0) throw new RegexBudgetError();
      threads = [];
      for (const { address, slots } of ready) {
        const instruction = this.#program[address]!;
        if (instruction.op === 'match') {
          // Whoever is less preferred than this thread has lost.
          best = slots.with(1, index);
          break;
        }
        if (after !== NONE && instruction.op === 'character' && instruction.test(after)) {
          threads.push({ address: address + 1, slots });
        }
      }
      if (after === NONE || (threads.length === 0 && best !== null)) return best;
      before = after;
      index += after > 0xffff ? 2 : 1;
    }
  }

  /** Adds, in the order of preference, every instruction that the entry reaches without a character. */
  #follow(
    entry: Thread,
    position: number,
    before: number,
    after: number,
    visited: Set<number>,
    ready: Thread[],
  ): void {
    const stack = [entry];
    for (let thread = stack.pop(); thread !== undefined; thread = stack.pop()) {
      const { address, slots } = thread;
      if (visited.has(address)) continue;
      visited.add(address);
      const instruction = this.#program[address]!;
      const next = { address: address + 1, slots };
      switch (instruction.op) {
        case 'jump':
          stack.push({ address: instruction.to, slots });
          break;
        case 'split': {
          const other = { address: instruction.other, slots };
          // What is pushed last is followed first.
          stack.push(...(instruction.lazy ? [next, other] : [other, next]));
          break;
        }
        case 'save':
          stack.push({ ...next, slots: withSlot(slots, instruction.slot, position) });
          break;
        case 'assertion':
          if (holds(instruction.assertion, before, after)) stack.push(next);
          break;
        default:
          ready.push(thread);
      }
    }
  }
}

function withSlot(slots: Slots, slot: number, position: number): Slots {
  const copy = slots.slice();
  // No holes: `with` above needs a dense list.
  while (copy.length <= slot) copy.push(undefined);
  copy[slot] = position;
  return copy;
}
