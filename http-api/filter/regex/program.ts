/**
 * Tree to instructions for a non-deterministic automaton (Thompson's construction).
 *
 * Addresses are indexes in the array; an instruction without a `next` of its own goes on at the following one.
 */
import { MAX_PATTERN_INSTRUCTIONS } from '../limits.ts';
import type { CharacterTest } from './character-set.ts';
import { type Assertion, type RegexNode, matchesEmpty } from './regex-ast.ts';
import { RegexSyntaxError } from './regex-error.ts';

export type Instruction =
  | { op: 'character'; test: CharacterTest }
  | { op: 'assertion'; assertion: Assertion }
  | { op: 'jump'; to: number }
  /** Goes on at both, first at the following address unless `lazy`; `other` is filled in once it is known. */
  | { op: 'split'; other: number; lazy: boolean }
  /** The bound of a group: the position goes to `slot`. */
  | { op: 'save'; slot: number }
  | { op: 'match' };

/**
 * @param pattern only for the error
 * @param captures whether groups are to be told; a mere test is cheaper without
 * @throws RegexSyntaxError when counted repetitions blow the program up beyond its limit
 */
export function assembleProgram(
  tree: RegexNode,
  pattern: string,
  captures: boolean,
): Instruction[] {
  const assembler = new Assembler(pattern, captures);
  assembler.add(tree);
  assembler.emit({ op: 'match' });
  return assembler.program;
}

type Repetition = Extract<RegexNode, { type: 'repetition' }>;

class Assembler {
  readonly program: Instruction[] = [];
  private readonly pattern: string;
  private readonly captures: boolean;

  constructor(pattern: string, captures: boolean) {
    this.pattern = pattern;
    this.captures = captures;
  }

  emit<T extends Instruction>(instruction: T): T {
    if (this.program.length >= MAX_PATTERN_INSTRUCTIONS) {
      throw new RegexSyntaxError('expression too large', this.pattern);
    }
    this.program.push(instruction);
    return instruction;
  }

  add(node: RegexNode): void {
    switch (node.type) {
      case 'character':
        this.emit({ op: 'character', test: node.test });
        return;
      case 'assertion':
        this.emit({ op: 'assertion', assertion: node.assertion });
        return;
      case 'concatenation':
        for (const part of node.parts) this.add(part);
        return;
      case 'alternation':
        this.addAlternation(node.branches);
        return;
      case 'repetition':
        this.addRepetition(node);
        return;
      case 'capture':
        if (this.captures) this.emit({ op: 'save', slot: 2 * node.index });
        this.add(node.operand);
        if (this.captures) this.emit({ op: 'save', slot: 2 * node.index + 1 });
    }
  }

  /** split, branch, jump to the end; for each branch but the last. */
  private addAlternation(branches: readonly RegexNode[]): void {
    const exits: { to: number }[] = [];
    for (const [index, branch] of branches.entries()) {
      const isLast = index === branches.length - 1;
      const split = isLast ? undefined : this.emit(newSplit(false));
      this.add(branch);
      if (split === undefined) break;
      exits.push(this.emit({ op: 'jump', to: 0 }));
      split.other = this.program.length;
    }
    for (const exit of exits) exit.to = this.program.length;
  }

  /**
   * `min` copies, of which the last may loop, or `max - min` optional copies more. Copying is what makes counts
   * expensive, and the limit on instructions necessary.
   */
  private addRepetition({ operand, min, max, lazy }: Repetition): void {
    if (max === Number.POSITIVE_INFINITY) {
      for (let count = 1; count < min; count += 1) this.add(operand);
      if (min === 0) this.addStar(operand, lazy);
      else this.addPlus(operand, lazy);
      return;
    }
    for (let count = 0; count < min; count += 1) this.add(operand);
    const splits: { other: number }[] = [];
    for (let count = min; count < max; count += 1) {
      splits.push(this.emit(newSplit(lazy)));
      this.add(operand);
    }
    for (const split of splits) split.other = this.program.length;
  }

  private addPlus(operand: RegexNode, lazy: boolean): void {
    const start = this.program.length;
    this.add(operand);
    // The other way round: going on is the following address here, and looping the preference of the greedy.
    this.emit({ op: 'split', other: start, lazy: !lazy });
  }

  private addStar(operand: RegexNode, lazy: boolean): void {
    const start = this.program.length;
    const split = this.emit(newSplit(lazy));
    // What may match nothing must be entered once before it may be left, as in Go: `(a*)*` captures the empty text.
    if (matchesEmpty(operand)) this.addPlus(operand, lazy);
    else {
      this.add(operand);
      this.emit({ op: 'jump', to: start });
    }
    split.other = this.program.length;
  }
}

function newSplit(lazy: boolean): Extract<Instruction, { op: 'split' }> {
  return { op: 'split', other: 0, lazy };
}
