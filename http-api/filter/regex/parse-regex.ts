/**
 * RE2 pattern to tree, in the syntax that Go's regexp.Compile takes (package regexp/syntax, flags "Perl").
 *
 * Group names are checked and dropped, groups are numbered. Flags (`(?i)`, `(?s:...)`) hold to the end of the group they stand in.
 */
import { MAX_PATTERN_DEPTH, MAX_PATTERN_LENGTH } from '../limits.ts';
import { ANY, ANY_BUT_NEWLINE, foldCase, range } from './character-set.ts';
import { Cursor } from './cursor.ts';
import { parseClass } from './parse-class.ts';
import { parseClassEscape, parseEscape } from './parse-escape.ts';
import { parseGroupOpening } from './parse-group.ts';
import type { RegexFlags } from './parse-group.ts';
import { parseRepetition } from './parse-repetition.ts';
import type { Assertion, RegexNode } from './regex-ast.ts';
import { RegexSyntaxError } from './regex-error.ts';

/** @throws RegexSyntaxError */
export function parseRegex(pattern: string): RegexNode {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw new RegexSyntaxError('expression too large', `${pattern.slice(0, 32)}...`);
  }
  return new RegexParser(pattern).parse();
}

const ESCAPED_ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: 'text-start',
  z: 'text-end',
  b: 'word-boundary',
  B: 'no-word-boundary',
};

class RegexParser {
  private readonly cursor: Cursor;
  private flags: RegexFlags = { ignoreCase: false, multiLine: false, dotAll: false, lazy: false };
  private depth = 0;
  private captures = 0;

  constructor(pattern: string) {
    this.cursor = new Cursor(pattern);
  }

  parse(): RegexNode {
    const tree = this.alternation();
    if (!this.cursor.atEnd) throw new RegexSyntaxError('unexpected )', this.cursor.rest(0));
    return tree;
  }

  /** Empty branches are legal and match everywhere: `a|` is true of any text. */
  private alternation(): RegexNode {
    const branches = [this.concatenation()];
    while (this.cursor.take('|')) branches.push(this.concatenation());
    return branches.length === 1 && branches[0] ? branches[0] : { type: 'alternation', branches };
  }

  private concatenation(): RegexNode {
    const { cursor } = this;
    const parts: RegexNode[] = [];
    let previousRepetition: number | undefined;
    while (!cursor.atEnd && cursor.peek() !== '|' && cursor.peek() !== ')') {
      const start = cursor.position;
      // A repetition takes the last character read, also across a flag group or the end of quoted text.
      const operand = parts.at(-1);
      const repeated = parseRepetition(cursor, operand, previousRepetition, this.flags.lazy);
      if (repeated !== undefined) {
        parts[parts.length - 1] = repeated;
        previousRepetition = start;
      } else {
        parts.push(...this.atom());
        previousRepetition = undefined;
      }
    }
    return parts.length === 1 && parts[0] ? parts[0] : { type: 'concatenation', parts };
  }

  /** Usually one node; none for flags alone, several for quoted text. */
  private atom(): RegexNode[] {
    const { cursor, flags } = this;
    switch (cursor.peek()) {
      case '(':
        return this.group();
      case '[':
        return [{ type: 'character', test: parseClass(cursor, flags.ignoreCase) }];
      case '\\':
        return this.escape();
      case '.':
        cursor.next();
        return [{ type: 'character', test: flags.dotAll ? ANY : ANY_BUT_NEWLINE }];
      case '^':
        cursor.next();
        return [{ type: 'assertion', assertion: flags.multiLine ? 'line-start' : 'text-start' }];
      case '$':
        cursor.next();
        return [{ type: 'assertion', assertion: flags.multiLine ? 'line-end' : 'text-end' }];
      default:
        return [this.literal(cursor.next().codePointAt(0) ?? 0)];
    }
  }

  private group(): RegexNode[] {
    const outer = this.flags;
    const opening = parseGroupOpening(this.cursor, outer);
    this.flags = opening.flags;
    // `(?i)` alone opens nothing: its flags last to the end of the group around it.
    if (!opening.opens) return [];
    if (opening.captures) this.captures += 1;
    const index = this.captures;
    this.depth += 1;
    if (this.depth > MAX_PATTERN_DEPTH) {
      throw new RegexSyntaxError('expression nests too deeply', this.cursor.rest(0));
    }
    const inner = this.alternation();
    if (!this.cursor.take(')')) {
      throw new RegexSyntaxError('missing closing )', this.cursor.rest(0));
    }
    this.depth -= 1;
    this.flags = outer;
    return [opening.captures ? { type: 'capture', operand: inner, index } : inner];
  }

  private escape(): RegexNode[] {
    const { cursor } = this;
    if (cursor.take('\\Q')) return this.quotedText();
    const assertion = ESCAPED_ASSERTIONS[cursor.peek(1)];
    if (assertion !== undefined) {
      cursor.position += 2;
      return [{ type: 'assertion', assertion }];
    }
    const test = parseClassEscape(cursor, this.flags.ignoreCase);
    return test === undefined ? [this.literal(parseEscape(cursor))] : [{ type: 'character', test }];
  }

  /** Up to `\E`, or to the end of the pattern. */
  private quotedText(): RegexNode[] {
    const literals: RegexNode[] = [];
    while (!this.cursor.atEnd && !this.cursor.take('\\E')) {
      literals.push(this.literal(this.cursor.next().codePointAt(0) ?? 0));
    }
    return literals;
  }

  private literal(codePoint: number): RegexNode {
    const test = range(codePoint, codePoint);
    return { type: 'character', test: this.flags.ignoreCase ? foldCase(test) : test };
  }
}
