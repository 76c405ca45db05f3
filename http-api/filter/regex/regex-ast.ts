import type { CharacterTest } from './character-set.ts';

/** Where a position must lie to match; none of them consumes a character. */
export type Assertion =
  | 'text-start'
  | 'text-end'
  | 'line-start'
  | 'line-end'
  | 'word-boundary'
  | 'no-word-boundary';

/** Greediness is not kept: it decides what matches, never whether something does. */
export type RegexNode =
  | { type: 'character'; test: CharacterTest }
  | { type: 'assertion'; assertion: Assertion }
  | { type: 'concatenation'; parts: RegexNode[] }
  | { type: 'alternation'; branches: RegexNode[] }
  | { type: 'repetition'; operand: RegexNode; min: number; max: number };
