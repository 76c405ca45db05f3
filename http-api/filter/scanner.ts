import { FilterError } from './filter-error.ts';

const isSpace = (c: string): boolean => c === ' ' || c === '\t' || c === '\r' || c === '\n';

/**
 * A cursor over the expression that remembers why it could not go on.
 *
 * Consul's parser tries alternatives in order, and reports either every explicit complaint it met on the way (even on an
 * alternative it later left) or, without any, all that it would have accepted at the farthest position it reached.
 * Both lists are kept here so that the parser reads as the grammar does.
 */
export class Scanner {
  readonly text: string;
  position = 0;
  private farthest = 0;
  private expected = new Set<string>();
  private readonly complaints = new Set<string>();

  constructor(text: string) {
    this.text = text;
  }

  /** Consumes `literal` if it stands here. */
  literal(literal: string): boolean {
    if (this.text.startsWith(literal, this.position)) {
      this.position += literal.length;
      return true;
    }
    this.expect(JSON.stringify(literal));
    return false;
  }

  /** Consumes one character if `accepts` takes it; `label` is how the class is named in an error. */
  oneOf(accepts: (character: string) => boolean, label: string): boolean {
    const character = this.text[this.position];
    if (character !== undefined && accepts(character)) {
      this.position += 1;
      return true;
    }
    this.expect(label);
    return false;
  }

  /** Consumes characters while `accepts` takes them. @returns how many */
  manyOf(accepts: (character: string) => boolean, label: string): number {
    const start = this.position;
    while (this.oneOf(accepts, label));
    return this.position - start;
  }

  /** White space; at least one. */
  space(): boolean {
    return this.manyOf(isSpace, '[ \\t\\r\\n]') > 0;
  }

  /** Runs `rule`; when it yields nothing the cursor goes back to where it stood. */
  attempt<T>(rule: () => T | undefined): T | undefined {
    const start = this.position;
    const result = rule();
    if (result === undefined) this.position = start;
    return result;
  }

  /** True at the end of the text; consumes nothing. */
  atEnd(): boolean {
    if (this.position >= this.text.length) return true;
    this.expect('EOF');
    return false;
  }

  /** Records a complaint about `rule` at `position`. Parsing may go on, but it can no longer succeed. */
  complain(rule: string, message: string, position = this.position): void {
    this.complaints.add(`${this.describe(position)}: rule "${rule}": ${message}`);
  }

  /**
   * The error for a text that did not parse, or undefined if `parsed` and nothing was complained about.
   */
  failure(parsed: boolean): FilterError | undefined {
    if (this.complaints.size > 0) return new FilterError([...this.complaints].join('\n'));
    if (parsed) return undefined;
    const wanted = [...this.expected].filter((label) => label !== 'EOF').toSorted();
    if (this.expected.has('EOF')) wanted.push('EOF');
    const last = wanted.pop() ?? 'EOF';
    const list = wanted.length > 0 ? `${wanted.join(', ')} or ${last}` : last;
    return new FilterError(`${this.describe(this.farthest)}: no match found, expected: ${list}`);
  }

  /** Keeps only what was missing at the farthest position: nearer misses are of alternatives that got less far. */
  private expect(label: string): void {
    if (this.position < this.farthest) return;
    if (this.position > this.farthest) {
      this.farthest = this.position;
      this.expected = new Set();
    }
    this.expected.add(label);
  }

  /** `line:column (offset)`: columns count characters, offsets bytes, and a line feed is column 0 of the next line. */
  private describe(position: number): string {
    const upToHere = this.text.slice(0, position + 1);
    const line = upToHere.split('\n').length;
    const lineStart = upToHere.lastIndexOf('\n');
    const inLine = this.text.slice(lineStart < 0 ? 0 : lineStart, position);
    const column = [...inLine].length + (lineStart < 0 ? 1 : 0);
    const offset = new TextEncoder().encode(this.text.slice(0, position)).length;
    return `${line}:${column} (${offset})`;
  }
}
