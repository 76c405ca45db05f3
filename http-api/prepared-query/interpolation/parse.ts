/**
 * Template text to its tree, by recursive descent.
 *
 * Not as HIL has it: how deep expressions may nest and how long a text may be is bounded.
 */
import { MAX_TEMPLATE_CHARS, MAX_TEMPLATE_DEPTH } from '../limits.ts';
import type { Node, Operator, Value } from './ast.ts';
import { scan } from './scan.ts';
import { InterpolationError, type Token, parseError, unexpected } from './tokens.ts';

/** @throws InterpolationError */
export function parse(text: string): Node {
  if (text.length > MAX_TEMPLATE_CHARS) {
    throw new InterpolationError(`a template holds at most ${MAX_TEMPLATE_CHARS} characters`);
  }
  return new Parser(text).output(false);
}

/** The loosest first; operators of one level are taken from left to right. */
const LEVELS: readonly (readonly Operator[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['>', '>=', '<', '<='],
  ['+', '-'],
  ['*', '/', '%'],
];

const MAX_INT = 2n ** 63n - 1n;

class Parser {
  readonly #tokens: Generator<Token, void>;
  #next: Token;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = scan(text);
    this.#next = this.#tokens.next().value!;
  }

  /** Texts and sequences, to the end or between quotes. */
  output(isQuoted: boolean): Node {
    const { at } = this.#next;
    if (isQuoted) this.#expect('open-quote', 'open quote');
    const parts: Node[] = [];
    for (;;) {
      const token = this.#read();
      if (token.type === (isQuoted ? 'close-quote' : 'end-of-text')) break;
      if (token.type === (isQuoted ? 'string' : 'literal')) {
        const value = unescape(token, isQuoted);
        parts.push({ kind: 'value', value: { type: 'string', value }, at: token.at });
      } else if (token.type === 'begin') {
        parts.push(this.#expression());
        this.#expect('end', '"}"');
      } else {
        throw unexpected('"${"', token);
      }
    }
    if (parts.length === 0) return { kind: 'value', value: { type: 'string', value: '' }, at };
    return { kind: 'output', parts, at };
  }

  #expression(): Node {
    this.#depth += 1;
    if (this.#depth > MAX_TEMPLATE_DEPTH) {
      throw parseError(this.#next.at, 'expressions nest too deeply');
    }
    const condition = this.#binary(0);
    const node = this.#takeSymbol('?') ? this.#conditional(condition) : condition;
    this.#depth -= 1;
    return node;
  }

  #conditional(condition: Node): Node {
    const yes = this.#expression();
    if (!this.#takeSymbol(':')) throw unexpected(':', this.#read());
    return { kind: 'conditional', condition, yes, no: this.#expression(), at: condition.at };
  }

  #binary(level: number): Node {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#term();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = operators.find((symbol) => this.#takeSymbol(symbol));
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1), at: left.at };
    }
  }

  #term(): Node {
    const token = this.#next;
    switch (token.type) {
      case 'open-quote':
        return this.output(true);
      case 'integer':
      case 'float':
      case 'bool':
        return { kind: 'value', value: literalValue(this.#read()), at: token.at };
      case 'identifier':
        return this.#name();
      case 'symbol':
        return this.#prefixed(token);
      default:
        throw unexpected('expression', token);
    }
  }

  /** A sign takes the next term alone: `-46 + 5` is `(0 - 46) + 5`. */
  #prefixed(token: Token): Node {
    const { at } = token;
    if (this.#takeSymbol('(')) {
      const inner = this.#expression();
      this.#expectSymbol(')');
      return inner;
    }
    if (token.text !== '-' && token.text !== '!') throw unexpected('expression', token);
    this.#read();
    this.#depth += 1;
    if (this.#depth > MAX_TEMPLATE_DEPTH) throw parseError(at, 'expressions nest too deeply');
    const right = this.#term();
    this.#depth -= 1;
    const value: Value =
      token.text === '-' ? { type: 'int', value: 0n } : { type: 'bool', value: false };
    const left: Node = { kind: 'value', value, at };
    return { kind: 'binary', operator: token.text === '-' ? '-' : '==', left, right, at };
  }

  #name(): Node {
    const { text: name, at } = this.#read();
    if (this.#takeSymbol('(')) return { kind: 'call', name, args: this.#arguments(), at };
    const bracket = this.#next;
    if (!this.#takeSymbol('[')) return { kind: 'variable', name, at };
    const key = this.#expression();
    this.#expectSymbol(']');
    return { kind: 'index', name, key, at: bracket.at };
  }

  /** A comma may stand before the parenthesis that closes. */
  #arguments(): Node[] {
    const args: Node[] = [];
    while (!this.#isSymbol(')')) {
      args.push(this.#expression());
      if (!this.#takeSymbol(',')) break;
    }
    this.#expectSymbol(')');
    return args;
  }

  #isSymbol(text: string): boolean {
    return this.#next.type === 'symbol' && this.#next.text === text;
  }

  #takeSymbol(text: string): boolean {
    if (!this.#isSymbol(text)) return false;
    this.#read();
    return true;
  }

  #expectSymbol(text: string): void {
    if (!this.#takeSymbol(text)) throw unexpected(`"${text}"`, this.#next);
  }

  #expect(type: Token['type'], wanted: string): void {
    const token = this.#read();
    if (token.type !== type) throw unexpected(wanted, token);
  }

  /** At the end of the text the last token is given again and again. */
  #read(): Token {
    const token = this.#next;
    if (token.type !== 'end-of-text') this.#next = this.#tokens.next().value!;
    return token;
  }
}

function literalValue({ type, text, at }: Token): Value {
  if (type === 'bool') return { type, value: text === 'true' };
  if (type === 'float') return { type, value: Number(text) };
  const value = BigInt(text);
  if (value <= MAX_INT) return { type: 'int', value };
  throw parseError(at, `invalid integer: strconv.Atoi: parsing "${text}": value out of range`);
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', n: '\n', '"': '"' };

function unescape({ text, at }: Token, isQuoted: boolean): string {
  const plain = text.replaceAll('$$', '$');
  if (!isQuoted) return plain;
  return plain.replaceAll(/\\(.?)/gsu, (_whole, escaped: string) => {
    const character = ESCAPES[escaped];
    if (character !== undefined) return character;
    const fault = escaped === '' ? 'unfinished' : 'invalid';
    throw parseError(at, `${fault} backslash escape sequence`);
  });
}
