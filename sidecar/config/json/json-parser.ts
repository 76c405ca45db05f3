import {
  LineIndex,
  MAX_NESTING_DEPTH,
  MAX_SOURCE_CHARS,
  SourceSyntaxError,
} from '../../../protocol/hcl/value-tree.ts';
import type {
  ListNode,
  ObjectEntry,
  ObjectNode,
  ValueNode,
} from '../../../protocol/hcl/value-tree.ts';

/**
 * Parses JSON (RFC 8259) into the value tree. `JSON.parse` gives no positions, which is why this
 * exists; what it accepts is the same, but for the limits on size and depth. Of a repeated key the
 * last value wins, as in Go.
 *
 * @throws SourceSyntaxError
 */
export function parseJSON(source: string): ValueNode {
  if (source.length > MAX_SOURCE_CHARS) {
    throw new SourceSyntaxError(
      { line: 1, column: 1 },
      `longer than ${MAX_SOURCE_CHARS} characters`,
    );
  }
  return new JSONParser(source).parseDocument();
}

const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[\p{L}\p{Nd}_.+-]+/uy;
class JSONParser {
  readonly #source: string;
  readonly #lines: LineIndex;
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
    this.#lines = new LineIndex(source);
  }

  parseDocument(): ValueNode {
    // A byte order mark is what Windows editors leave; it means nothing.
    if (this.#source.startsWith('\ufeff')) this.#at = 1;
    const value = this.#parseValue();
    if (this.#peek() !== undefined) this.#unexpected('nothing more after the end of the value');
    return value;
  }

  #parseValue(): ValueNode {
    const char = this.#peek();
    const position = this.#lines.positionAt(this.#at);
    if (char === '{' || char === '[') return this.#parseCollection(char);
    if (char === '"') return { kind: 'string', value: this.#parseString(), position };
    const word = this.#match(WORD);
    if (word === 'true' || word === 'false') {
      this.#at += word.length;
      return { kind: 'boolean', value: word === 'true', position };
    }
    if (word === 'null') {
      this.#at += word.length;
      return { kind: 'null', position };
    }
    const text = this.#match(NUMBER);
    if (text === undefined || text !== word) this.#unexpected('a value');
    this.#at += text.length;
    return { kind: 'number', value: Number(text), text, position };
  }

  #parseCollection(open: '{' | '['): ValueNode {
    this.#depth++;
    if (this.#depth > MAX_NESTING_DEPTH)
      this.#fail(`nested deeper than ${MAX_NESTING_DEPTH} levels`);
    const node = open === '{' ? this.#parseObject() : this.#parseList();
    this.#depth--;
    return node;
  }

  #parseObject(): ObjectNode {
    const position = this.#lines.positionAt(this.#at);
    const entries = new Map<string, ObjectEntry>();
    this.#parseItems('}', () => {
      if (this.#peek() !== '"') this.#unexpected('a key in double quotes');
      const keyPosition = this.#lines.positionAt(this.#at);
      const key = this.#parseString();
      if (this.#peek() !== ':') this.#unexpected("':' after the key");
      this.#at++;
      entries.set(key, { key, keyPosition, value: this.#parseValue() });
    });
    return { kind: 'object', entries: [...entries.values()], block: false, position };
  }

  #parseList(): ListNode {
    const position = this.#lines.positionAt(this.#at);
    const items: ValueNode[] = [];
    this.#parseItems(']', () => items.push(this.#parseValue()));
    return { kind: 'list', items, position };
  }

  /** From the opening bracket to behind the closing one. */
  #parseItems(close: '}' | ']', parseItem: () => void): void {
    this.#at++;
    if (this.#peek() === close) {
      this.#at++;
      return;
    }
    for (;;) {
      parseItem();
      const char = this.#peek();
      if (char !== ',' && char !== close) this.#unexpected(`',' or '${close}'`);
      this.#at++;
      if (char === close) return;
    }
  }

  /** Finds the extent of the literal only; JSON.parse decodes and checks it. */
  #parseString(): string {
    let end = this.#at + 1;
    while (end < this.#source.length && this.#source[end] !== '"') {
      end += this.#source[end] === '\\' ? 2 : 1;
    }
    try {
      const value = JSON.parse(this.#source.slice(this.#at, end + 1)) as string;
      this.#at = end + 1;
      return value;
    } catch {
      // What JSON.parse says names offsets of the slice; the start of the string is what helps the
      // reader.
      return this.#fail(
        'this string is not closed, or holds a bad escape or a raw control character',
      );
    }
  }

  /** Skips white space; the character that follows, undefined at the end. */
  #peek(): string | undefined {
    this.#at += this.#match(SPACE)?.length ?? 0;
    return this.#source[this.#at];
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#source)?.[0];
  }

  #unexpected(wanted: string): never {
    const char = this.#source.codePointAt(this.#at);
    const found = char === undefined ? 'the end of the file' : `'${String.fromCodePoint(char)}'`;
    return this.#fail(`expected ${wanted}, found ${found}`);
  }

  #fail(message: string): never {
    throw new SourceSyntaxError(this.#lines.positionAt(this.#at), message);
  }
}
