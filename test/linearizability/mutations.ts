/** Damage to a good history, each of a kind that the checker exists for. It has to refuse every one of them. */
import type { Recorded } from './history.ts';

export interface Mutation {
  readonly name: string;
  /** @returns undefined when the history has no place for it */
  apply(records: readonly Recorded[]): Recorded[] | undefined;
}

/** A `get` that found something, and an acknowledged plain write of the same key that ended before it began. */
interface SeenWrite {
  readonly read: number;
  readonly write: number;
}

function findSeenWrite(records: readonly Recorded[]): SeenWrite | undefined {
  for (const [read, { group, op, out }] of records.entries()) {
    if (op.kind !== 'get' || !out?.entry) continue;
    const { value } = out.entry;
    const write = records.findIndex(
      (other) =>
        other.group === group &&
        other.op.kind === 'set' &&
        other.op.value === value &&
        other.out?.ok,
    );
    if (write >= 0 && records[write]!.return! < records[read]!.call) return { read, write };
  }
  return undefined;
}

function replace(records: readonly Recorded[], at: number, change: Partial<Recorded>): Recorded[] {
  return records.map((record, index) => (index === at ? { ...record, ...change } : record));
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'a write that was read, but never made',
    apply(records) {
      const seen = findSeenWrite(records);
      return seen && records.filter((_, at) => at !== seen.write);
    },
  },
  {
    name: 'a write that was refused, and read all the same',
    apply(records) {
      const seen = findSeenWrite(records);
      if (seen === undefined) return undefined;
      const { op } = records[seen.write]!;
      const refused = { op: { ...op, kind: 'cas', index: 1 }, out: { ok: false } };
      return replace(records, seen.write, refused);
    },
  },
  {
    name: 'an acknowledged write that the next reader does not see',
    apply(records) {
      const seen = findSeenWrite(records);
      return seen && replace(records, seen.read, { out: { entry: null } });
    },
  },
  {
    name: 'an index that moved without a write',
    apply(records) {
      const seen = findSeenWrite(records);
      if (seen === undefined) return undefined;
      const read = records[seen.read]!;
      const entry = { ...read.out!.entry!, index: read.out!.entry!.index + 1 };
      return [
        ...records,
        { ...read, call: read.return!, return: read.return! + 1, out: { entry } },
      ];
    },
  },
];
