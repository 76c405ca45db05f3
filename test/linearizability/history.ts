/** What clients asked for and what they were told; the shapes are those of checker/history.go. */
import fs from 'node:fs';

export interface Entry {
  readonly value: string;
  readonly session: string;
  readonly lock: number;
  readonly index: number;
}

/** An operation. Inside a transaction `kind` is the verb. */
export interface Operation {
  readonly kind: string;
  /** 'a' to 'd': the group's prefix is not part of it. */
  readonly key?: string;
  readonly value?: string;
  readonly index?: number;
  readonly session?: string;
  readonly behavior?: string;
  readonly ops?: readonly Operation[];
}

export interface Outcome {
  readonly ok?: boolean;
  readonly noSession?: boolean;
  readonly entry?: Entry | null;
  readonly entries?: Readonly<Record<string, Entry>>;
  readonly results?: readonly { key: string; hasValue: boolean; entry: Entry }[];
  readonly failed?: readonly number[];
}

export interface Recorded {
  readonly client: number;
  readonly group: string;
  /** Microseconds. */
  readonly call: number;
  /** Null while nobody knows how it ended. */
  readonly return: number | null;
  readonly op: Operation;
  readonly out: Outcome | null;
}

const READS = new Set(['get', 'list']);

export class History {
  readonly records: Recorded[] = [];

  now(): number {
    return Math.floor(performance.now() * 1000);
  }

  /** A read that nobody saw the answer of says nothing, so it is left out. */
  add(record: Recorded): void {
    if (record.out === null && READS.has(record.op.kind)) return;
    this.records.push(record);
  }
}

export function saveHistory(file: string, records: readonly Recorded[]): void {
  fs.writeFileSync(file, records.map((record) => JSON.stringify(record)).join('\n'));
}
