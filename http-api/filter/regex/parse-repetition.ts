import { MAX_REPEAT_COUNT } from '../limits.ts';
import type { Cursor } from './cursor.ts';
import type { RegexNode } from './regex-ast.ts';
import { RegexSyntaxError } from './regex-error.ts';

type Repetition = Extract<RegexNode, { type: 'repetition' }>;

/**
 * Reads `*`, `+`, `?`, `{n}`, `{n,}` or `{n,m}`, each with an optional `?` for laziness, and applies it to `operand`.
 *
 * @param operand what stands before; a repetition without one is an error
 * @param previous where the repetition just before began: two in a row are an error
 * @param lazyByDefault the flag `U`
 * @returns undefined, with the cursor unmoved, when no repetition stands here
 */
export function parseRepetition(
  cursor: Cursor,
  operand: RegexNode | undefined,
  previous: number | undefined,
  lazyByDefault: boolean,
): RegexNode | undefined {
  const start = cursor.position;
  const bounds = parseSymbol(cursor) ?? parseBraces(cursor);
  if (bounds === undefined) return undefined;
  const lazy = cursor.take('?') !== lazyByDefault;
  if (previous !== undefined) {
    throw new RegexSyntaxError('invalid nested repetition operator', cursor.slice(previous));
  }
  if (operand === undefined) {
    throw new RegexSyntaxError('missing argument to repetition operator', cursor.slice(start));
  }
  const { min, max } = bounds;
  const node: Repetition = { type: 'repetition', operand, min, max, lazy };
  if (bounds.counted && Math.max(bounds.min, finite(bounds.max)) >= 2) {
    if (!fitsCount(node, MAX_REPEAT_COUNT)) {
      throw new RegexSyntaxError('invalid repeat count', cursor.slice(start));
    }
  }
  return node;
}

interface Bounds {
  min: number;
  max: number;
  counted: boolean;
}

const SYMBOLS: Readonly<Record<string, Bounds>> = {
  '*': { min: 0, max: Number.POSITIVE_INFINITY, counted: false },
  '+': { min: 1, max: Number.POSITIVE_INFINITY, counted: false },
  '?': { min: 0, max: 1, counted: false },
};

function parseSymbol(cursor: Cursor): Bounds | undefined {
  const bounds = SYMBOLS[cursor.peek()];
  if (bounds !== undefined) cursor.next();
  return bounds;
}

// Leading zeros make it ordinary text, as does anything else that is not exactly a count.
const BRACES = /^\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\}/;
/** Two counts of any length that could still be legal, and the punctuation; more digits are refused below. */
const LONGEST_BRACES = 64;

function parseBraces(cursor: Cursor): Bounds | undefined {
  if (cursor.peek() !== '{') return undefined;
  const start = cursor.position;
  const match = BRACES.exec(cursor.slice(start, start + LONGEST_BRACES));
  if (match === null) return undefined;
  const [text, first, comma, second] = match;
  cursor.position += text.length;
  const min = Number(first);
  const open = comma !== undefined && second === undefined;
  const max = open ? Number.POSITIVE_INFINITY : Number(second ?? first);
  if (min > MAX_REPEAT_COUNT || finite(max) > MAX_REPEAT_COUNT || min > max) {
    throw new RegexSyntaxError('invalid repeat count', text);
  }
  return { min, max, counted: true };
}

function finite(max: number): number {
  return Number.isFinite(max) ? max : 0;
}

/** Whether the product of nested counts stays within `budget`; `*`, `+` and `?` do not count, as in Go. */
function fitsCount(node: RegexNode, budget: number): boolean {
  switch (node.type) {
    case 'repetition': {
      const counted = Number.isFinite(node.max) ? node.max : node.min;
      // A bare star, plus or question mark multiplies by one at most.
      const times = Math.max(counted, 1);
      return times <= budget && fitsCount(node.operand, Math.floor(budget / times));
    }
    case 'capture':
      return fitsCount(node.operand, budget);
    case 'concatenation':
      return node.parts.every((part) => fitsCount(part, budget));
    case 'alternation':
      return node.branches.every((branch) => fitsCount(branch, budget));
    default:
      return true;
  }
}
