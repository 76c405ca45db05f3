/**
 * What a snapshot's state holds, as far as it can be told: lines of JSON, each an object with `Type` and `Data`, the
 * form that `snapshot decode` prints. Consul's own state is MessagePack and is only measured as a whole.
 */

export interface StateRecord {
  readonly Type: string;
  readonly Data: unknown;
}

export interface Count {
  readonly Name: string;
  /** Bytes. */
  readonly Sum: number;
  readonly Count: number;
}

const NEWLINE = 0x0a;
const OPENING_BRACE = 0x7b;

/** Whether the state can be looked into. */
export function isReadableState(state: Buffer): boolean {
  return state[0] === OPENING_BRACE;
}

/** Each record with its length in bytes. Throws SyntaxError on a line that is no record. */
export function* readRecords(state: Buffer): Generator<StateRecord & { readonly bytes: number }> {
  let start = 0;
  while (start < state.length) {
    const found = state.indexOf(NEWLINE, start);
    const end = found < 0 ? state.length : found;
    if (end > start) {
      const record = JSON.parse(state.toString('utf8', start, end)) as StateRecord;
      yield { ...record, bytes: end - start };
    }
    start = end + 1;
  }
}

/** Bytes and numbers by type, the largest first. */
export function countTypes(state: Buffer): Count[] {
  const counts = new Counter();
  for (const { Type, bytes } of readRecords(state)) counts.add(Type, bytes);
  return counts.sorted();
}

/**
 * Bytes and numbers of KV pairs by the beginning of their keys.
 *
 * @param depth how many parts of a key, between slashes, make a group
 * @param filter only keys that begin with it
 */
export function countKeys(state: Buffer, depth: number, filter: string): Count[] {
  const counts = new Counter();
  for (const { Type, Data, bytes } of readRecords(state)) {
    if (Type !== 'KVS') continue;
    const key = String((Data as { Key?: unknown }).Key ?? '');
    if (key.startsWith(filter)) counts.add(key.split('/').slice(0, depth).join('/'), bytes);
  }
  return counts.sorted();
}

class Counter {
  readonly #counts = new Map<string, { Sum: number; Count: number }>();

  add(name: string, bytes: number): void {
    const held = this.#counts.get(name) ?? { Sum: 0, Count: 0 };
    this.#counts.set(name, { Sum: held.Sum + bytes, Count: held.Count + 1 });
  }

  sorted(): Count[] {
    return [...this.#counts]
      .map(([Name, counts]) => ({ Name, ...counts }))
      .toSorted((left, right) => right.Sum - left.Sum || (left.Name < right.Name ? -1 : 1));
  }
}
