/** What a state of Lictor's holds: lines of JSON, each an object with `Type` and `Data`. */

export interface StateRecord {
  readonly Type: string;
  readonly Data: unknown;
  /** Length of its line. */
  readonly bytes: number;
}

export interface Count {
  readonly Name: string;
  /** Bytes. */
  readonly Sum: number;
  readonly Count: number;
}

const NEWLINE = 0x0a;
/** What frames the state is no part of it. */
const FRAME_TYPES = new Set(['SnapshotHeader', 'SnapshotEnd']);

/** Cuts a state, as its bytes come, into records. */
export class RecordReader {
  #rest: Uint8Array[] = [];

  /** The records that end in this chunk. @throws SyntaxError on a line that is no record */
  *accept(chunk: Uint8Array): Generator<StateRecord> {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = Buffer.concat([...this.#rest, chunk.subarray(start, end)]);
      this.#rest = [];
      start = end + 1;
      if (line.length === 0) continue;
      const { Type, Data } = JSON.parse(line.toString('utf8')) as Omit<StateRecord, 'bytes'>;
      if (!FRAME_TYPES.has(Type)) yield { Type, Data, bytes: line.length };
    }
    if (start < chunk.length) this.#rest.push(chunk.subarray(start));
  }
}

/** Bytes and numbers by name. */
export class Counter {
  readonly #counts = new Map<string, { Sum: number; Count: number }>();

  add(name: string, bytes: number): void {
    const held = this.#counts.get(name) ?? { Sum: 0, Count: 0 };
    this.#counts.set(name, { Sum: held.Sum + bytes, Count: held.Count + 1 });
  }

  /** The largest first. */
  sorted(): Count[] {
    return [...this.#counts]
      .map(([Name, counts]) => ({ Name, ...counts }))
      .toSorted((left, right) => right.Sum - left.Sum || (left.Name < right.Name ? -1 : 1));
  }
}

/** The key of a KV pair, null of anything else. */
export function keyOf({ Type, Data }: StateRecord): string | null {
  return Type === 'KVS' ? String((Data as { key?: unknown } | null)?.key ?? '') : null;
}

/**
 * By what a KV pair is counted, or null for one that does not match.
 *
 * @param depth how many parts of the key, between slashes, make a group
 * @param filter only keys that begin with it
 */
export function keyGroup(key: string | null, depth: number, filter: string): string | null {
  return key?.startsWith(filter) ? key.split('/').slice(0, depth).join('/') : null;
}
