import type { CharacterTest } from './character-set.ts';

/** Where a position must lie to match; none of them consumes a character. */
export type Assertion =
  | 'text-start'
  | 'text-end'
  | 'line-start'
  | 'line-end'
  | 'word-boundary'
  | 'no-word-boundary';

export type RegexNode =
  | { type: 'character'; test: CharacterTest }
  | { type: 'assertion'; assertion: Assertion }
  | { type: 'concatenation'; parts: RegexNode[] }
  | { type: 'alternation'; branches: RegexNode[] }
  /** `lazy` decides what matches, never whether something does. */
  | { type: 'repetition'; operand: RegexNode; min: number; max: number; lazy: boolean }
  /** `index` counts opening parentheses from 1. */
  | { type: 'capture'; operand: RegexNode; index: number };

/** Whether a node can match without a character. Assertions count: they take none. */
export function matchesEmpty(node: RegexNode): boolean {
  switch (node.type) {
    case 'character':
      return false;
    case 'assertion':
      return true;
    case 'concatenation':
      return node.parts.every(matchesEmpty);
    case 'alternation':
      return node.branches.some(matchesEmpty);
    case 'repetition':
      return node.min === 0 || matchesEmpty(node.operand);
    case 'capture':
      return matchesEmpty(node.operand);
  }
}
