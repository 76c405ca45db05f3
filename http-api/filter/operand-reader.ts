import type { Scanner } from './scanner.ts';
import { parseStringLiteral } from './string-literal.ts';

const isLetter = (c: string): boolean => (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
const isDigit = (c: string): boolean => c >= '0' && c <= '9';
const isWordCharacter = (c: string): boolean => isLetter(c) || isDigit(c) || c === '_';

/**
 * Reads the two sides of a comparison. Each method returns undefined, with the cursor where it was, when nothing of its kind
 * stands here.
 */
export class OperandReader {
  private readonly scanner: Scanner;

  constructor(scanner: Scanner) {
    this.scanner = scanner;
  }

  /** `word.word["key"]`, as its parts. */
  selector(): string[] | undefined {
    const first = this.word();
    if (first === undefined) return undefined;
    const parts = [first];
    for (;;) {
      const part =
        this.scanner.attempt(() => (this.scanner.literal('.') ? this.word() : undefined)) ??
        this.index();
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

  /** `["key"]`, for keys that are no words. White space may stand inside the brackets, not before them. */
  private index(): string | undefined {
    return this.scanner.attempt(() => {
      if (!this.scanner.literal('[')) return undefined;
      this.scanner.space();
      const key = this.string();
      if (key === undefined) {
        this.scanner.complain('index', 'Invalid index');
        return undefined;
      }
      this.scanner.space();
      if (this.scanner.literal(']')) return key;
      this.scanner.complain('index', 'Unclosed index expression');
      return undefined;
    });
  }

  /** A bare selector as a value stands for its own text: `web.api` is the string "web.api". */
  value(): string | undefined {
    return this.selector()?.join('.') ?? this.number() ?? this.string();
  }

  /**
   * A decimal integer or fraction, kept as text: the field's kind decides what it means. It must end at white space, a closing
   * parenthesis or the end, which is why `10.0.0.1` and `007` need quotes.
   */
  private number(): string | undefined {
    return this.scanner.attempt(() => {
      const start = this.scanner.position;
      this.scanner.literal('-');
      if (!this.scanner.literal('0')) {
        if (!this.scanner.oneOf((c) => isDigit(c) && c !== '0', '[1-9]')) return undefined;
        this.scanner.manyOf(isDigit, '[0-9]');
      }
      this.scanner.attempt(() =>
        this.scanner.literal('.') && this.scanner.manyOf(isDigit, '[0-9]') > 0 ? true : undefined,
      );
      const end = this.scanner.position;
      const delimited = this.scanner.space() || this.scanner.atEnd() || this.scanner.literal(')');
      this.scanner.position = end;
      if (delimited) return this.scanner.text.slice(start, end);
      this.scanner.complain('number', 'Invalid number literal');
      return undefined;
    });
  }

  /**
   * Ends at the first quote of its kind, escaped or not: `"a\"b"` is an error, as in Consul. A bad escape is complained about
   * but read on, since the same text may hold further mistakes.
   */
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
}
