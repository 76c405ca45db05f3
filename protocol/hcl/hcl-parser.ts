import { MAX_NESTING_DEPTH, MAX_SOURCE_CHARS, SourceSyntaxError } from './value-tree.ts';
import { HCLLexer } from './hcl-lexer.ts';
import { describeToken } from './hcl-token.ts';
import { ObjectBuilder } from './object-builder.ts';
import type { ListNode, ObjectNode, Position, ValueNode } from './value-tree.ts';
import type { HCLToken } from './hcl-token.ts';

/**
 * Parses HCL 1 as Consul's agent files and ACL rules use it: attributes, blocks with any number of
 * labels, lists, heredocs. There are no expressions; `${...}` stays text.
 *
 * A block with labels (`service "web" { }`) becomes nested objects. Repeated keys: blocks and lists
 * are joined to one list, of scalars the last wins.
 *
 * @param onRepeatedArgument throws what is said of `a = 1` and `a = 2` in one object, where that is refused; blocks may
 *   always be repeated. @throws SourceSyntaxError
 */
export function parseHCL(source: string, onRepeatedArgument?: OnRepeatedArgument): ObjectNode {
  if (source.length > MAX_SOURCE_CHARS) {
    throw new SourceSyntaxError(
      { line: 1, column: 1 },
      `longer than ${MAX_SOURCE_CHARS} characters`,
    );
  }
  return new HCLParser(source, onRepeatedArgument).parseFile();
}

export type OnRepeatedArgument = (key: string, position: Position) => never;

class HCLParser {
  readonly #lexer: HCLLexer;
  #token: HCLToken;
  readonly #onRepeatedArgument: OnRepeatedArgument | undefined;
  #depth = 0;

  constructor(source: string, onRepeatedArgument: OnRepeatedArgument | undefined) {
    this.#onRepeatedArgument = onRepeatedArgument;
    this.#lexer = new HCLLexer(source);
    this.#token = this.#lexer.next();
  }

  parseFile(): ObjectNode {
    const start = this.#token;
    const file = this.#parseEntries('end');
    return file.build(this.#lexer.positionOf(start));
  }

  #parseEntries(until: 'end' | '}'): ObjectBuilder {
    const object = new ObjectBuilder((offset, message) => this.#lexer.fail(offset, message));
    while (!this.#isAt(until)) {
      this.#parseEntry(object);
      // Items may be parted by commas, also at the top level.
      if (this.#is(',')) this.#advance();
    }
    return object;
  }

  #parseEntry(object: ObjectBuilder): void {
    const labels = this.#parseKeys();
    const [key, ...inner] = labels;
    if (key === undefined) this.#unexpected('a key');
    if (this.#is('=')) {
      if (inner.length > 0) this.#unexpected("'{' after the labels of a block");
      this.#advance();
      const position = this.#lexer.positionOf(key);
      // By its spelling: `a` and `"a"` are two.
      if (!object.isFirstArgument(`${key.type} ${key.text}`)) {
        this.#onRepeatedArgument?.(key.text, position);
      }
      object.add(key.text, key.offset, position, this.#parseValue());
      return;
    }
    if (!this.#is('{'))
      this.#unexpected(`'=' or '{' after the key ${JSON.stringify(labels.at(-1)!.text)}`);
    this.#enter(labels.length);
    const block = this.#wrapInLabels(inner, this.#parseObject());
    this.#depth -= labels.length;
    object.add(key.text, key.offset, this.#lexer.positionOf(key), block);
  }

  #parseKeys(): HCLToken[] {
    const keys: HCLToken[] = [];
    while (this.#token.type === 'identifier' || this.#token.type === 'string') {
      keys.push(this.#advance());
    }
    return keys;
  }

  /** `a "b" "c" { }` is `a { b { c { } } }`; `labels` are b and c. */
  #wrapInLabels(labels: HCLToken[], body: ObjectNode): ObjectNode {
    return labels.reduceRight<ObjectNode>((value, label) => {
      const position = this.#lexer.positionOf(label);
      const entry = { key: label.text, keyPosition: position, value };
      return { kind: 'object', entries: [entry], block: true, position };
    }, body);
  }

  #parseValue(): ValueNode {
    const position = this.#lexer.positionOf(this.#token);
    const { type, text } = this.#token;
    switch (type) {
      case 'string':
        this.#advance();
        return { kind: 'string', value: text, position };
      case 'boolean':
        this.#advance();
        return { kind: 'boolean', value: text === 'true', position };
      case 'number':
        return { kind: 'number', value: this.#parseNumber(), text, position };
      default:
        return this.#parseCollection();
    }
  }

  #parseCollection(): ValueNode {
    if (!this.#is('{') && !this.#is('[')) {
      this.#unexpected('a value', this.#token.type === 'identifier' ? 'text stands in quotes' : '');
    }
    this.#enter(1);
    const node = this.#is('{') ? this.#parseObject() : this.#parseList();
    this.#depth--;
    return node;
  }

  #parseNumber(): number {
    const { text, offset } = this.#advance();
    const digits = text.replace(/^-/, '');
    const sign = text.startsWith('-') ? -1 : 1;
    // As in Go's base 0: a leading zero makes it octal.
    if (/^0\d+$/.test(digits)) {
      if (/[89]/.test(digits)) this.#lexer.fail(offset, `${text} is no octal number`);
      return sign * Number.parseInt(digits, 8);
    }
    return sign * Number(digits);
  }

  #parseObject(): ObjectNode {
    const open = this.#advance();
    const object = this.#parseEntries('}');
    this.#advance();
    return object.build(this.#lexer.positionOf(open));
  }

  #parseList(): ListNode {
    const open = this.#advance();
    const items: ValueNode[] = [];
    while (!this.#is(']')) {
      items.push(this.#parseValue());
      if (this.#is(',')) this.#advance();
      else if (!this.#is(']')) this.#unexpected("',' or ']'");
    }
    this.#advance();
    return { kind: 'list', items, position: this.#lexer.positionOf(open) };
  }

  /** Each label of a block is a level of its own in the tree. */
  #enter(levels: number): void {
    this.#depth += levels;
    if (this.#depth > MAX_NESTING_DEPTH) {
      this.#lexer.fail(this.#token.offset, `nested deeper than ${MAX_NESTING_DEPTH} levels`);
    }
  }

  #advance(): HCLToken {
    const token = this.#token;
    this.#token = this.#lexer.next();
    return token;
  }

  #is(mark: string): boolean {
    return this.#token.type === 'punctuation' && this.#token.text === mark;
  }

  #isAt(until: 'end' | '}'): boolean {
    return until === 'end' ? this.#token.type === 'end' : this.#is(until);
  }

  #unexpected(wanted: string, hint = ''): never {
    const found = describeToken(this.#token);
    this.#lexer.fail(
      this.#token.offset,
      `expected ${wanted}, found ${found}${hint && ` (${hint})`}`,
    );
  }
}
