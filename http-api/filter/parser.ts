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
import { Scanner } from './scanner.ts';
import { parseStringLiteral } from './string-literal.ts';

/** @throws FilterError */
export function parseExpression(text: string): ExpressionNode {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    throw new FilterError(`Expression exceeds the limit of ${MAX_EXPRESSION_LENGTH} characters`);
  }
  return new Parser(text).parse();
}

const isSpace = (c: string): boolean => c === ' ' || c === '\t' || c === '\r' || c === '\n';
const isLetter = (c: string): boolean => (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
const isDigit = (c: string): boolean => c >= '0' && c <= '9';
const isWordCharacter = (c: string): boolean => isLetter(c) || isDigit(c) || c === '_';

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

class Parser {
  private readonly scanner: Scanner;
  private depth = 0;
  private matches = 0;

  constructor(text: string) {
    this.scanner = new Scanner(text);
  }

  parse(): ExpressionNode {
    this.space();
    const tree = this.or();
    if (tree !== undefined) this.space();
    const parsed = tree !== undefined && this.scanner.atEnd();
    const failure = this.scanner.failure(parsed);
    if (failure !== undefined) throw failure;
    return tree as ExpressionNode;
  }

  private or(): ExpressionNode | undefined {
    return this.chain('or', () => this.chain('and', () => this.not()));
  }

  private chain(
    word: 'and' | 'or',
    operand: () => ExpressionNode | undefined,
  ): ExpressionNode | undefined {
    const first = operand();
    if (first === undefined) return undefined;
    const operands = [first];
    for (;;) {
      const next = this.attempt(() =>
        this.space() && this.scanner.literal(word) && this.space() ? operand() : undefined,
      );
      if (next === undefined) break;
      operands.push(next);
    }
    return operands.length === 1 ? first : { type: word, operands };
  }

  private not(): ExpressionNode | undefined {
    const operand = this.attempt(() =>
      this.scanner.literal('not') && this.space() ? this.nested(() => this.not()) : undefined,
    );
    return operand === undefined ? this.group() : { type: 'not', operand };
  }

  private group(): ExpressionNode | undefined {
    const inner = this.attempt(() => {
      if (!this.scanner.literal('(')) return undefined;
      this.space();
      const tree = this.nested(() => this.or());
      if (tree === undefined) return undefined;
      this.space();
      if (this.scanner.literal(')')) return tree;
      this.scanner.complain('grouping', 'Unmatched parentheses');
      return undefined;
    });
    return inner ?? this.match();
  }

  private match(): MatchNode | undefined {
    const node = this.selectorFirst() ?? this.valueFirst();
    if (node !== undefined && ++this.matches > MAX_MATCHES) {
      throw new FilterError(`Number of match expressions exceeds the limit (${MAX_MATCHES})`);
    }
    return node;
  }

  private selectorFirst(): MatchNode | undefined {
    return this.attempt((): MatchNode | undefined => {
      const selector = this.selector();
      if (selector === undefined) return undefined;
      const compared = this.attempt((): MatchNode | undefined => {
        const operator = this.symbolOperator() ?? this.wordOperator(WORD_RULES, true);
        const value = operator && this.value();
        return operator && value !== undefined
          ? { type: 'match', selector, operator, value }
          : undefined;
      });
      if (compared !== undefined) return compared;
      const operator = this.wordOperator(EMPTINESS_RULES, false);
      return operator && { type: 'match', selector, operator };
    });
  }

  private valueFirst(): MatchNode | undefined {
    return this.attempt((): MatchNode | undefined => {
      const value = this.value();
      const operator = value === undefined ? undefined : this.wordOperator(MEMBERSHIP_RULES, true);
      if (operator === undefined) return undefined;
      const selector = this.selector();
      if (selector !== undefined) return { type: 'match', selector, operator, value };
      this.scanner.complain('match', 'Invalid selector');
      return undefined;
    });
  }

  private symbolOperator(): MatchOperator | undefined {
    for (const rule of SYMBOL_RULES) {
      const found = this.attempt(() => {
        this.space();
        if (!this.scanner.literal(rule.words[0] ?? '')) return undefined;
        this.space();
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
      const found = this.attempt(() => {
        const complete = rule.words.every((word) => this.space() && this.scanner.literal(word));
        return complete && (!spaceAfter || this.space()) ? rule.operator : undefined;
      });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private selector(): string[] | undefined {
    const first = this.word();
    if (first === undefined) return undefined;
    const parts = [first];
    for (;;) {
      const part =
        this.attempt(() => (this.scanner.literal('.') ? this.word() : undefined)) ?? this.index();
      if (part === undefined) return parts;
      parts.push(part);
    }
  }

  private word(): string | undefined {
    const start = this.scanner.position;
    if (!this.scanner.oneOf(isLetter, '[a-zA-Z]')) return undefined;
    this.scanner.manyOf(isWordCharacter, '[a-zA-Z0-9_]');
    return this.scanner.text.slice(start, this.scanner.position);
  }

  private index(): string | undefined {
    return this.attempt(() => {
      if (!this.scanner.literal('[')) return undefined;
      this.space();
      const key = this.string();
      if (key === undefined) {
        this.scanner.complain('index', 'Invalid index');
        return undefined;
      }
      this.space();
      if (this.scanner.literal(']')) return key;
      this.scanner.complain('index', 'Unclosed index expression');
      return undefined;
    });
  }

  /** A bare selector as a value stands for its own text: `web.api` is the string "web.api". */
  private value(): string | undefined {
    return this.selector()?.join('.') ?? this.number() ?? this.string();
  }

  private number(): string | undefined {
    return this.attempt(() => {
      const start = this.scanner.position;
      this.scanner.literal('-');
      if (!this.scanner.literal('0')) {
        if (!this.scanner.oneOf((c) => isDigit(c) && c !== '0', '[1-9]')) return undefined;
        this.scanner.manyOf(isDigit, '[0-9]');
      }
      this.attempt(() =>
        this.scanner.literal('.') && this.scanner.manyOf(isDigit, '[0-9]') > 0 ? true : undefined,
      );
      const end = this.scanner.position;
      const delimited = this.space() || this.scanner.atEnd() || this.scanner.literal(')');
      this.scanner.position = end;
      if (delimited) return this.scanner.text.slice(start, end);
      this.scanner.complain('number', 'Invalid number literal');
      return undefined;
    });
  }

  private string(): string | undefined {
    const { text, position: start } = this.scanner;
    const quote = ['`', '"'].find((mark) => this.scanner.literal(mark));
    if (quote === undefined) return undefined;
    const end = text.indexOf(quote, start + 1);
    if (end < 0) {
      this.scanner.complain('string', 'Unterminated string literal', text.length);
      this.scanner.position = start;
      return undefined;
    }
    this.scanner.position = end + 1;
    const value = parseStringLiteral(text.slice(start, end + 1));
    if (value === undefined) this.scanner.complain('string', 'invalid syntax', start);
    return value ?? '';
  }

  private space(): boolean {
    return this.scanner.manyOf(isSpace, '[ \\t\\r\\n]') > 0;
  }

  /** Runs `rule`; when it yields nothing the cursor goes back to where it stood. */
  private attempt<T>(rule: () => T | undefined): T | undefined {
    const start = this.scanner.position;
    const result = rule();
    if (result === undefined) this.scanner.position = start;
    return result;
  }

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
