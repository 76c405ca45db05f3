/**
 * Text to tree. The language is go-bexpr's as of Consul 1.21:
 *
 *     or      = and { ws "or" ws and }                 not   = "not" ws not | group
 *     and     = not { ws "and" ws not }                group = "(" or ")" | match
 *     match   = selector op value | selector "is" ["not"] "empty" | value ["not"] "in" selector
 *     selector = word { "." word | "[" string "]" }    value = selector | number | string
 *
 * Nothing is a keyword: `not == x` compares a field named "not", hence the retries below. The order of attempts decides
 * what an error lists as expected; change it only against a real Consul.
 */
import type { ExpressionNode, MatchNode, MatchOperator } from './ast.ts';
import { FilterError } from './filter-error.ts';
import { MAX_EXPRESSION_LENGTH, MAX_MATCHES, MAX_NESTING_DEPTH } from './limits.ts';
import { OperandReader } from './operand-reader.ts';
import { Scanner } from './scanner.ts';

/** @throws FilterError */
export function parseExpression(text: string): ExpressionNode {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    throw new FilterError(`Expression exceeds the limit of ${MAX_EXPRESSION_LENGTH} characters`);
  }
  return new Parser(text).parse();
}

/** An operator as a sequence of words; the two symbols need no white space around them. */
interface OperatorRule {
  words: readonly string[];
  operator: MatchOperator;
}

const SYMBOL_RULES: readonly OperatorRule[] = [
  { words: ['=='], operator: 'Equal' },
  { words: ['!='], operator: 'Not Equal' },
];
const WORD_RULES: readonly OperatorRule[] = [
  { words: ['contains'], operator: 'In' },
  { words: ['not', 'contains'], operator: 'Not In' },
  { words: ['matches'], operator: 'Matches' },
  { words: ['not', 'matches'], operator: 'Not Matches' },
];
const EMPTINESS_RULES: readonly OperatorRule[] = [
  { words: ['is', 'empty'], operator: 'Is Empty' },
  { words: ['is', 'not', 'empty'], operator: 'Is Not Empty' },
];
const MEMBERSHIP_RULES: readonly OperatorRule[] = [
  { words: ['in'], operator: 'In' },
  { words: ['not', 'in'], operator: 'Not In' },
];

/**
 * Recursive descent with a step back on failure. Every rule returns undefined, with the cursor where it was, when it does not
 * apply; text that can no longer be right is complained about in the scanner and surfaces at the end.
 */
class Parser {
  private readonly scanner: Scanner;
  private readonly operands: OperandReader;
  private depth = 0;
  private matches = 0;

  constructor(text: string) {
    this.scanner = new Scanner(text);
    this.operands = new OperandReader(this.scanner);
  }

  parse(): ExpressionNode {
    this.scanner.space();
    const tree = this.or();
    if (tree !== undefined) this.scanner.space();
    const parsed = tree !== undefined && this.scanner.atEnd();
    const failure = this.scanner.failure(parsed);
    if (failure !== undefined) throw failure;
    return tree as ExpressionNode;
  }

  private or(): ExpressionNode | undefined {
    return this.chain('or', () => this.chain('and', () => this.not()));
  }

  /**
   * `operand { ws word ws operand }`, as one node. A dangling `and` at the end is left unread, so that the error names what
   * may follow the last whole operand.
   */
  private chain(
    word: 'and' | 'or',
    operand: () => ExpressionNode | undefined,
  ): ExpressionNode | undefined {
    const first = operand();
    if (first === undefined) return undefined;
    const operands = [first];
    for (;;) {
      const next = this.scanner.attempt(() =>
        this.scanner.space() && this.scanner.literal(word) && this.scanner.space()
          ? operand()
          : undefined,
      );
      if (next === undefined) break;
      operands.push(next);
    }
    return operands.length === 1 ? first : { type: word, operands };
  }

  private not(): ExpressionNode | undefined {
    const operand = this.scanner.attempt(() =>
      this.scanner.literal('not') && this.scanner.space()
        ? this.nested(() => this.not())
        : undefined,
    );
    return operand === undefined ? this.group() : { type: 'not', operand };
  }

  private group(): ExpressionNode | undefined {
    const inner = this.scanner.attempt(() => {
      if (!this.scanner.literal('(')) return undefined;
      this.scanner.space();
      const tree = this.nested(() => this.or());
      if (tree === undefined) return undefined;
      this.scanner.space();
      if (this.scanner.literal(')')) return tree;
      this.scanner.complain('grouping', 'Unmatched parentheses');
      return undefined;
    });
    return inner ?? this.match();
  }

  /** The count is checked while reading: a list of names too long to evaluate need not be read to its end. */
  private match(): MatchNode | undefined {
    const node = this.selectorFirst() ?? this.valueFirst();
    if (node !== undefined && ++this.matches > MAX_MATCHES) {
      throw new FilterError(`Number of match expressions exceeds the limit (${MAX_MATCHES})`);
    }
    return node;
  }

  /**
   * `selector op value` and `selector is [not] empty`. Once an operator has been read no other is tried before the same
   * selector but the two of emptiness, as in Consul's grammar.
   */
  private selectorFirst(): MatchNode | undefined {
    return this.scanner.attempt((): MatchNode | undefined => {
      const selector = this.operands.selector();
      if (selector === undefined) return undefined;
      const compared = this.scanner.attempt((): MatchNode | undefined => {
        const operator = this.symbolOperator() ?? this.wordOperator(WORD_RULES, true);
        const value = operator && this.operands.value();
        return operator && value !== undefined
          ? { type: 'match', selector, operator, value }
          : undefined;
      });
      if (compared !== undefined) return compared;
      const operator = this.wordOperator(EMPTINESS_RULES, false);
      return operator && { type: 'match', selector, operator };
    });
  }

  /** `value [not] in selector`. A bare word on the left is the text of it, never a field. */
  private valueFirst(): MatchNode | undefined {
    return this.scanner.attempt((): MatchNode | undefined => {
      const value = this.operands.value();
      const operator = value === undefined ? undefined : this.wordOperator(MEMBERSHIP_RULES, true);
      if (operator === undefined) return undefined;
      const selector = this.operands.selector();
      if (selector !== undefined) return { type: 'match', selector, operator, value };
      this.scanner.complain('match', 'Invalid selector');
      return undefined;
    });
  }

  private symbolOperator(): MatchOperator | undefined {
    for (const rule of SYMBOL_RULES) {
      const found = this.scanner.attempt(() => {
        this.scanner.space();
        if (!this.scanner.literal(rule.words[0] ?? '')) return undefined;
        this.scanner.space();
        return rule.operator;
      });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private wordOperator(
    rules: readonly OperatorRule[],
    spaceAfter: boolean,
  ): MatchOperator | undefined {
    for (const rule of rules) {
      const found = this.scanner.attempt(() => {
        const complete = rule.words.every(
          (word) => this.scanner.space() && this.scanner.literal(word),
        );
        return complete && (!spaceAfter || this.scanner.space()) ? rule.operator : undefined;
      });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Counts what recurses, so that no text can exhaust the stack. */
  private nested<T>(rule: () => T): T {
    this.depth += 1;
    if (this.depth > MAX_NESTING_DEPTH) {
      throw new FilterError(`Expression nests deeper than the limit of ${MAX_NESTING_DEPTH}`);
    }
    try {
      return rule();
    } finally {
      this.depth -= 1;
    }
  }
}
