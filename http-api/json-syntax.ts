/**
 * What is wrong with a text that is no JSON, in the words of Go's scanner (encoding/json, scanner.go): people search for
 * them, and scripts match them.
 */

import { quote } from './quote.ts';

/** The text ends before the value does; Go's decoders of streams say this. */
const UNEXPECTED_END = 'unexpected EOF';

export const TOO_DEEP = 'exceeded max depth';
/** Go's bound on nested values. */
const MAX_DEPTH = 10_000;

const SPACE = ' \t\r\n';
const LITERALS: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };
const SHORT_ESCAPES = 'bfnrt\\/"';

/** Where one is inside of an object or array, by what comes next. */
type Context = 'key' | 'colon' | 'member end' | 'first element' | 'element end';

/**
 * @param text one that JSON.parse refuses for its first value
 * @returns the first fault from the left, as Go would say it
 */
export function describeSyntaxFault(text: string): string {
  return new Scanner(text).scan();
}

class Fault {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

class Scanner {
  readonly #text: string;
  #at = 0;
  /** One entry for each value that is open. */
  readonly #open: Context[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  scan(): string {
    try {
      do this.#step();
      while (this.#open.length > 0);
    } catch (fault) {
      if (fault instanceof Fault) return fault.message;
      throw fault;
    }
    // The first value stands; whatever was refused came after it, where nobody looks.
    return UNEXPECTED_END;
  }

  /** A value with what opens it, or what stands between two. */
  #step(): void {
    const c = this.#next();
    const top = this.#open.length - 1;
    switch (this.#open[top]) {
      case undefined:
        return this.#value(c);
      case 'first element':
        if (c === ']') return void this.#open.pop();
        this.#open[top] = 'element end';
        return this.#value(c);
      case 'element end':
        if (c === ']') return void this.#open.pop();
        if (c !== ',') throw invalid(c, 'after array element');
        return this.#value(this.#next());
      case 'key':
        return this.#key(c);
      case 'colon':
        if (c !== ':') throw invalid(c, 'after object key');
        this.#open[top] = 'member end';
        return this.#value(this.#next());
      case 'member end':
        if (c === '}') return void this.#open.pop();
        if (c !== ',') throw invalid(c, 'after object key:value pair');
        this.#open[top] = 'key';
        return this.#key(this.#next(), false);
    }
  }

  #key(c: string, mayEnd = true): void {
    if (c === '}' && mayEnd) return void this.#open.pop();
    if (c !== '"') throw invalid(c, 'looking for beginning of object key string');
    this.#string();
    this.#open[this.#open.length - 1] = 'colon';
  }

  #value(c: string): void {
    if (c === '{') return this.#push('key');
    if (c === '[') return this.#push('first element');
    if (c === '"') return this.#string();
    if (c === '-' || isDigit(c)) return this.#number(c);
    const literal = LITERALS[c];
    if (literal === undefined) throw invalid(c, 'looking for beginning of value');
    for (const expected of literal.slice(1)) {
      const found = this.#take();
      if (found !== expected)
        throw invalid(found, `in literal ${literal} (expecting '${expected}')`);
    }
  }

  #push(context: Context): void {
    if (this.#open.push(context) > MAX_DEPTH) throw new Fault(TOO_DEEP);
  }

  #string(): void {
    for (let c = this.#take(); c !== '"'; c = this.#take()) {
      if (c < ' ') throw invalid(c, 'in string literal');
      if (c === '\\') this.#escape(this.#take());
    }
  }

  #escape(c: string): void {
    if (SHORT_ESCAPES.includes(c)) return;
    if (c !== 'u') throw invalid(c, 'in string escape code');
    for (let digit = 0; digit < 4; digit += 1) {
      const hex = this.#take();
      if (!/[0-9a-fA-F]/.test(hex)) throw invalid(hex, 'in \\u hexadecimal character escape');
    }
  }

  /** Ends before the first character that belongs to no number. */
  #number(first: string): void {
    const leading = first === '-' ? this.#take() : first;
    if (!isDigit(leading)) throw invalid(leading, 'in numeric literal');
    if (leading !== '0') this.#skipDigits();
    if (this.#peek() === '.') {
      this.#at += 1;
      this.#digits('after decimal point in numeric literal');
    }
    if (/^[eE]$/.test(this.#peek())) {
      this.#at += 1;
      if (/^[+-]$/.test(this.#peek())) this.#at += 1;
      this.#digits('in exponent of numeric literal');
    }
  }

  #digits(where: string): void {
    const c = this.#take();
    if (!isDigit(c)) throw invalid(c, where);
    this.#skipDigits();
  }

  #skipDigits(): void {
    while (isDigit(this.#peek())) this.#at += 1;
  }

  /** The next character that is no space. */
  #next(): string {
    while (this.#at < this.#text.length && SPACE.includes(this.#peek())) this.#at += 1;
    return this.#take();
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #take(): string {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) throw new Fault(UNEXPECTED_END);
    const c = String.fromCodePoint(code);
    this.#at += c.length;
    return c;
  }
}

function isDigit(c: string): boolean {
  return c >= '0' && c <= '9' && c.length === 1;
}

function invalid(c: string, where: string): Fault {
  return new Fault(`invalid character ${quoteByte(c)} ${where}`);
}

/** Go's scanner sees bytes: of a longer character the first, taken for the character of that number. */
function quoteByte(c: string): string {
  const seen = String.fromCharCode(new TextEncoder().encode(c)[0]!);
  if (seen === "'") return `'\\''`;
  return seen === '"' ? `'"'` : `'${quote(seen).slice(1, -1)}'`;
}
