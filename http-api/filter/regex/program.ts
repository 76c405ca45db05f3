/**
 * Tree to instructions for a non-deterministic automaton (Thompson's construction).
 *
 * Addresses are indexes in the array; an instruction without a `next` of its own goes on at the following one.
 */
import { MAX_PATTERN_INSTRUCTIONS } from '../limits.ts';
import type { CharacterTest } from './character-set.ts';
import type { Assertion, RegexNode } from './regex-ast.ts';
import { RegexSyntaxError } from './regex-error.ts';

export type Instruction =
  | { op: 'character'; test: CharacterTest }
  | { op: 'assertion'; assertion: Assertion }
  | { op: 'jump'; to: number }
  /** Goes on at both; `other` is filled in once it is known. */
  | { op: 'split'; other: number }
  | { op: 'match' };

/**
 * @param pattern only for the error
 * @throws RegexSyntaxError when counted repetitions blow the program up beyond its limit
 */
export function assembleProgram(tree: RegexNode, pattern: string): Instruction[] {
  const assembler = new Assembler(pattern);
  assembler.add(tree);
  assembler.emit({ op: 'match' });
  return assembler.program;
}

class Assembler {
  readonly program: Instruction[] = [];
  private readonly pattern: string;

  constructor(pattern: string) {
    this.pattern = pattern;
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
        this.addRepetition(node.operand, node.min, node.max);
    }
  }

  /** split, branch, jump to the end; for each branch but the last. */
  private addAlternation(branches: readonly RegexNode[]): void {
    const exits: { to: number }[] = [];
    for (const [index, branch] of branches.entries()) {
      const isLast = index === branches.length - 1;
      const split = isLast ? undefined : this.emit({ op: 'split', other: 0 });
      this.add(branch);
      if (split === undefined) break;
      exits.push(this.emit({ op: 'jump', to: 0 }));
      split.other = this.program.length;
    }
    for (const exit of exits) exit.to = this.program.length;
  }

  /**
   * `min` copies, then either a loop or `max - min` optional copies. Copying is what makes counts expensive, and the limit on
   * instructions necessary.
   */
  private addRepetition(operand: RegexNode, min: number, max: number): void {
    for (let count = 0; count < min; count += 1) this.add(operand);
    if (max === Number.POSITIVE_INFINITY) {
      const start = this.program.length;
      const split = this.emit({ op: 'split', other: 0 });
      this.add(operand);
      this.emit({ op: 'jump', to: start });
      split.other = this.program.length;
      return;
    }
    const splits: { other: number }[] = [];
    for (let count = min; count < max; count += 1) {
      splits.push(this.emit({ op: 'split', other: 0 }));
      this.add(operand);
    }
    for (const split of splits) split.other = this.program.length;
  }
}
