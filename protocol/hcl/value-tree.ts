/**
 * The value tree that both parsers (HCL and JSON) give: plain data, with the line and column of
 * every key and value, so that each later complaint can name the place it is about.
 */

/** Line and column count from 1; a column counts UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface StringNode {
  readonly kind: 'string';
  readonly value: string;
  readonly position: Position;
}

export interface NumberNode {
  readonly kind: 'number';
  readonly value: number;
  /** As it stands in the source: `value` loses digits above 2^53. */
  readonly text: string;
  readonly position: Position;
}

export interface BooleanNode {
  readonly kind: 'boolean';
  readonly value: boolean;
  readonly position: Position;
}

/** JSON only: HCL 1 has no null. */
export interface NullNode {
  readonly kind: 'null';
  readonly position: Position;
}

export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly ValueNode[];
  readonly position: Position;
}

export interface ObjectEntry {
  readonly key: string;
  readonly keyPosition: Position;
  readonly value: ValueNode;
}

export interface ObjectNode {
  readonly kind: 'object';
  /**
   * Keys are unique: the parsers have already folded repeated ones, each by its language's rule.
   */
  readonly entries: readonly ObjectEntry[];
  /**
   * True for every object of an HCL file: HCL does not tell `a {}` from a list with one block, so a
   * single object may also stand where a list of objects is wanted. JSON tells them apart.
   */
  readonly block: boolean;
  readonly position: Position;
}

export type ValueNode = StringNode | NumberNode | BooleanNode | NullNode | ListNode | ObjectNode;

/**
 * Sources larger than this are refused before parsing: the largest real configuration seen is some
 * hundred KB, and a mistaken `-config-file` of a log or a disk image must not fill the memory.
 */
export const MAX_SOURCE_CHARS = 8 * 1024 * 1024;

/** Nesting that is refused: recursion of the parsers must end long before the stack does. */
export const MAX_NESTING_DEPTH = 100;

/** The text is no HCL or JSON. */
export class SourceSyntaxError extends Error {
  readonly position: Position;

  constructor(position: Position, message: string) {
    super(message);
    this.name = 'SourceSyntaxError';
    this.position = position;
  }
}

/** Finds line and column of an offset in O(log lines); built once for each source. */
export class LineIndex {
  readonly #starts: number[] = [0];

  constructor(source: string) {
    for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) {
      this.#starts.push(at + 1);
    }
  }

  positionAt(offset: number): Position {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - this.#starts[low]! + 1 };
  }
}

/** The tree without its positions. Keys named `__proto__` stay ordinary keys. */
export function toPlainValue(node: ValueNode): unknown {
  switch (node.kind) {
    case 'null':
      return null;
    case 'list':
      return node.items.map(toPlainValue);
    case 'object':
      return Object.fromEntries(
        node.entries.map((entry) => [entry.key, toPlainValue(entry.value)]),
      );
    default:
      return node.value;
  }
}
