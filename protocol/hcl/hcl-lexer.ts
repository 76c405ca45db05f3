import { LineIndex, SourceSyntaxError } from './value-tree.ts';
import { scanHeredoc, scanQuotedString, StringScanError } from './hcl-string.ts';
import type { HCLToken, HCLTokenType } from './hcl-token.ts';
import type { Position } from './value-tree.ts';

const SPACE = /[ \t\r\n]*/y;
const IDENTIFIER = /[\p{L}_][\p{L}\p{Nd}_.-]*/uy;
/**
 * Hexadecimal, then decimal with an optional fraction and exponent; octal is a decimal that starts
 * with 0.
 */
const NUMBER = /-?(?:0[xX][0-9a-fA-F]+|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)/y;
const PUNCTUATION = '{}[]=,';

/**
 * Cuts HCL 1 into tokens (the language of github.com/hashicorp/hcl, branch hcl1). Comments (`#`,
 * `//`, `/* *\/`) are skipped here. CRLF counts as LF, as in HCL.
 *
 * Throws SourceSyntaxError; after that the lexer must not be used any more.
 */
export class HCLLexer {
  readonly #source: string;
  readonly #lines: LineIndex;
  #at = 0;

  constructor(source: string) {
    this.#source = source.replaceAll('\r\n', '\n');
    this.#lines = new LineIndex(this.#source);
    // A byte order mark is what Windows editors leave; it means nothing.
    if (this.#source.startsWith('\ufeff')) this.#at = 1;
  }

  positionOf(token: HCLToken): Position {
    return this.#lines.positionAt(token.offset);
  }

  fail(offset: number, message: string): never {
    throw new SourceSyntaxError(this.#lines.positionAt(offset), message);
  }

  /** The next token; `end` again and again once the source is used up. */
  next(): HCLToken {
    this.#skipSpaceAndComments();
    const offset = this.#at;
    const char = this.#source[offset];
    if (char === undefined) return { type: 'end', offset, text: '' };
    if (char === '"') return this.#string(scanQuotedString);
    if (char === '<') return this.#string(scanHeredoc);
    if (PUNCTUATION.includes(char)) return this.#take('punctuation', char);
    const word = this.#match(IDENTIFIER);
    if (word === 'true' || word === 'false') return this.#take('boolean', word);
    if (word !== undefined) return this.#take('identifier', word);
    return this.#number();
  }

  #number(): HCLToken {
    const offset = this.#at;
    const text = this.#match(NUMBER);
    if (text === undefined) {
      const char = String.fromCodePoint(this.#source.codePointAt(offset)!);
      return this.fail(offset, `unexpected character '${char}'`);
    }
    const token = this.#take('number', text);
    const tail = this.#match(IDENTIFIER);
    if (tail !== undefined) {
      this.fail(
        offset,
        `'${text}${tail}' is no number; a duration or size stands in quotes: "${text}${tail}"`,
      );
    }
    return token;
  }

  #take(type: HCLTokenType, text: string): HCLToken {
    const token = { type, offset: this.#at, text };
    this.#at += text.length;
    return token;
  }

  #string(scan: typeof scanQuotedString): HCLToken {
    const offset = this.#at;
    try {
      const { value, end } = scan(this.#source, offset);
      this.#at = end;
      return { type: 'string', offset, text: value };
    } catch (error) {
      if (error instanceof StringScanError) this.fail(error.offset, error.message);
      throw error;
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#source)?.[0];
  }

  #skipSpaceAndComments(): void {
    for (;;) {
      this.#at += this.#match(SPACE)?.length ?? 0;
      const rest = this.#source.slice(this.#at, this.#at + 2);
      if (rest.startsWith('#') || rest === '//') this.#at = this.#endOf('\n', this.#at);
      else if (rest === '/*') this.#at = this.#endOf('*/', this.#at + 2, this.#at);
      else return;
    }
  }

  /**
   * A line comment may end with the file; a block comment (which gives the offset it began at) may
   * not.
   */
  #endOf(mark: string, from: number, blockStart?: number): number {
    const at = this.#source.indexOf(mark, from);
    if (at !== -1) return at + mark.length;
    if (blockStart === undefined) return this.#source.length;
    return this.fail(blockStart, "this comment has no closing '*/'");
  }
}
