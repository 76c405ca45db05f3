/**
 * Text with `${ }` sequences to tokens, in the syntax of HIL, the interpolation language of Consul's query templates
 * (github.com/hashicorp/hil).
 *
 * Inside a sequence quoted text may hold sequences again, so the scanner goes back and forth between two modes.
 */
import type { Position, Token, TokenType } from './tokens.ts';

/** After an invalid token comes the end: what follows would be garbage. */
export function* scan(text: string): Generator<Token, void> {
  const scanner = new Scanner(text);
  for (;;) {
    const inside = yield* scanner.literal();
    if (!inside) return;
    const more = yield* scanner.sequence();
    if (!more) return;
  }
}

const TWO_CHARACTER_SYMBOLS = new Set(['!=', '<=', '>=', '==', '&&', '||']);
const ONE_CHARACTER_SYMBOLS = new Set('()[],.+-*/%?:!<>');
const SPACE = /^[ \t\r\n]+/;
/** The star stands only between periods, as in `a.*.b`. */
const IDENTIFIER = /^[\p{L}_](?:[\p{L}\p{N}\p{M}_.-]|(?<=\.)\*(?=\.))*/u;
const NUMBER = /^[0-9]+(\.(?:[0-9]+|$))?/;

class Scanner {
  #rest: string;
  #line = 1;
  #column = 1;
  /** How many `${` are open. */
  #nesting = 0;

  constructor(text: string) {
    this.#rest = text;
  }

  /** Text up to `${`, a closing quote or the end. @returns whether a sequence follows */
  *literal(): Generator<Token, boolean> {
    const isQuoted = this.#nesting > 0;
    const length = literalLength(this.#rest, isQuoted);
    // Quoted text that never ends is no text at all.
    if (isQuoted && length === this.#rest.length) {
      yield this.#take('invalid', length);
      yield this.#take('end-of-text', 0);
      return false;
    }
    if (length > 0) yield this.#take(isQuoted ? 'string' : 'literal', length);
    if (this.#rest === '') {
      yield this.#take('end-of-text', 0);
      return false;
    }
    if (this.#rest.startsWith('"')) {
      yield this.#take('close-quote', 1);
      return true;
    }
    this.#nesting += 1;
    yield this.#take('begin', 2);
    return true;
  }

  /** Tokens up to `}` or an opening quote. @returns whether literal text follows */
  *sequence(): Generator<Token, boolean> {
    for (;;) {
      this.#advance(SPACE.exec(this.#rest)?.[0].length ?? 0);
      const token = this.#next();
      yield token;
      switch (token.type) {
        case 'invalid':
          yield this.#take('end-of-text', 0);
          return false;
        case 'end-of-text':
          return false;
        case 'end':
          this.#nesting = Math.max(0, this.#nesting - 1);
          return true;
        case 'open-quote':
          return true;
        default:
      }
    }
  }

  #next(): Token {
    const rest = this.#rest;
    const first = rest.charAt(0);
    if (first === '') return this.#take('end-of-text', 0);
    if (first === '}') return this.#take('end', 1);
    if (first === '"') return this.#take('open-quote', 1);
    if (TWO_CHARACTER_SYMBOLS.has(rest.slice(0, 2))) return this.#take('symbol', 2);
    if (ONE_CHARACTER_SYMBOLS.has(first)) return this.#take('symbol', 1);
    const number = NUMBER.exec(rest);
    if (number !== null) {
      return this.#take(number[1] === undefined ? 'integer' : 'float', number[0].length);
    }
    const identifier = IDENTIFIER.exec(rest)?.[0];
    if (identifier !== undefined) {
      const isBool = identifier === 'true' || identifier === 'false';
      return this.#take(isBool ? 'bool' : 'identifier', identifier.length);
    }
    return this.#take('invalid', String.fromCodePoint(rest.codePointAt(0)!).length);
  }

  #take(type: TokenType, length: number): Token {
    const at: Position = { line: this.#line, column: this.#column };
    const text = this.#rest.slice(0, length);
    this.#advance(length);
    return { type, text, at };
  }

  #advance(length: number): void {
    for (const character of this.#rest.slice(0, length)) {
      if (character === '\n') {
        this.#line += 1;
        this.#column = 1;
      } else {
        this.#column += 1;
      }
    }
    this.#rest = this.#rest.slice(length);
  }
}

/** `$$` stands for a dollar sign, so it opens nothing; between quotes so do `\"` and `\\`. */
function literalLength(text: string, isQuoted: boolean): number {
  let at = 0;
  while (at < text.length) {
    const [character, next] = [text[at], text[at + 1]];
    if (character === '$' && next === '{') return at;
    if (isQuoted && character === '"') return at;
    const isPair =
      (character === '$' && next === '$') ||
      (isQuoted && character === '\\' && (next === '"' || next === '\\'));
    at += isPair ? 2 : 1;
  }
  return at;
}
