import type { ObjectEntry, ObjectNode, Position, ValueNode } from './value-tree.ts';

interface Repeated {
  readonly keyPosition: Position;
  readonly values: ValueNode[];
}

/**
 * Gathers the entries of one HCL object and folds repeated keys as HCL 1 does: objects and lists
 * are joined to one list, a scalar is replaced by the later one. A scalar and an object under one
 * key is an error.
 */
export class ObjectBuilder {
  readonly #entries = new Map<string, Repeated>();
  readonly #arguments = new Set<string>();
  readonly #fail: (offset: number, message: string) => never;

  constructor(fail: (offset: number, message: string) => never) {
    this.#fail = fail;
  }

  /** Whether none was said so before by `=`. */
  isFirstArgument(spelling: string): boolean {
    const isFirst = !this.#arguments.has(spelling);
    this.#arguments.add(spelling);
    return isFirst;
  }

  add(key: string, offset: number, keyPosition: Position, value: ValueNode): void {
    const earlier = this.#entries.get(key);
    if (earlier === undefined) {
      this.#entries.set(key, { keyPosition, values: [value] });
      return;
    }
    if (isCollection(earlier.values[0]!) !== isCollection(value)) {
      const line = earlier.keyPosition.line;
      this.#fail(
        offset,
        `'${key}' is a block here and a plain value in line ${line}, or the reverse`,
      );
    }
    earlier.values.push(value);
  }

  /**
   * Folding waits until here: joining at every repetition would cost the square of their number.
   */
  build(position: Position): ObjectNode {
    const entries: ObjectEntry[] = [];
    for (const [key, { keyPosition, values }] of this.#entries) {
      entries.push({ key, keyPosition, value: fold(values) });
    }
    return { kind: 'object', entries, block: true, position };
  }
}

function isCollection(node: ValueNode): boolean {
  return node.kind === 'object' || node.kind === 'list';
}

function fold(values: readonly ValueNode[]): ValueNode {
  const first = values[0]!;
  if (values.length === 1) return first;
  if (!isCollection(first)) return values.at(-1)!;
  const items = values.flatMap((node) => (node.kind === 'list' ? node.items : [node]));
  return { kind: 'list', items, position: first.position };
}
