/**
 * `import` of a snapshot of Consul's. The file is read twice: to verify it and see what there is, then for the keys, which
 * need not fit into memory.
 */
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PRODUCT } from '../../../http-api/snapshot/archive-format.ts';
import type { StateRecord } from '../../../http-api/snapshot/decode-state.ts';
import type { ConsulClient } from '../../client/http-client.ts';
import { CommandError } from '../command.ts';
import type { CommandIO } from '../command-io.ts';
import {
  type CheckedEntry,
  MAX_BATCH_BYTES,
  MAX_OPS,
  countKeys,
  writeBatch,
} from '../kv-batches.ts';
import { prefixKey } from '../kv-entries.ts';
import { Progress } from '../progress.ts';
import { readSnapshotFile } from '../snapshot-file.ts';
import { writeAuthority } from './authority.ts';
import { ConsulContents, KVS, decodeFields } from './contents.ts';
import { type Refusals, writeEntries, writeQueries, writeRegistrations } from './writer.ts';

export interface SnapshotImport {
  readonly source: string;
  readonly isDryRun: boolean;
  /** Put before every key. */
  readonly prefix: string;
  /** Whether the certificate authority comes along. */
  readonly takesAuthority: boolean;
  readonly client: ConsulClient;
  readonly io: CommandIO;
  readonly print: (text: string) => void;
}

const GZIP_MAGIC = 0x1f8b;

/** Whether the argument names a compressed file; a snapshot is one, a list of keys is not. */
export async function isArchive(source: string, { cwd }: CommandIO): Promise<boolean> {
  if (source === '-' || source.startsWith('@')) return false;
  const file = await open(resolve(cwd, source)).catch(() => null);
  // Whoever reads it next says what is wrong with it.
  if (file === null) return false;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE() === GZIP_MAGIC;
  } finally {
    await file.close();
  }
}

export async function importSnapshot(job: SnapshotImport): Promise<void> {
  const contents = await readContents(job);
  const refusals: Refusals = [];
  if (!job.isDryRun) await write(job, contents, refusals);
  const counts = describe(contents);
  job.print(job.isDryRun ? `Would import ${counts}; nothing was written.` : `Imported ${counts}.`);
  for (const [type, { count: left, reason }] of contents.left)
    job.print(`Not imported: ${left} of ${type} (${reason})`);
  if (refusals.length > 0) {
    throw new CommandError(
      `Error! Of these ${refusals.length} were refused; run the import again once they are mended:\n  ` +
        refusals.join('\n  '),
    );
  }
}

async function write(
  job: SnapshotImport,
  { registrations, entries, queries, keys, authority }: ConsulContents,
  refusals: Refusals,
): Promise<void> {
  try {
    if (authority !== undefined) {
      const told = await writeAuthority(job.client, authority, refusals);
      if (told !== null) job.print(told);
    }
    await writeEntries(job.client, entries, refusals);
    await writeRegistrations(job.client, registrations, refusals);
    await writeQueries(job.client, queries, refusals);
    // Keys last: whoever waits for one may then find the rest.
    await writeKeys(job, keys);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const reason = (error as Error).message;
    throw new CommandError(`Error! Import failed: ${reason} (running it again does no harm)`);
  }
}

function describe({ registrations, entries, queries, keys, authority }: ConsulContents): string {
  return [
    countKeys(keys),
    count(entries.length, 'config entry', 'config entries'),
    count(queries.length, 'prepared query', 'prepared queries'),
    count(registrations.length, 'registration', 'registrations'),
    ...(authority === undefined ? [] : ['the certificate authority']),
  ].join(', ');
}

async function readContents({
  source,
  io,
  takesAuthority,
}: SnapshotImport): Promise<ConsulContents> {
  const contents = new ConsulContents(takesAuthority);
  const { Product } = await readSnapshotFile([source], io, {
    consulRecord: (record) => contents.add(record),
  });
  if (Product === PRODUCT) {
    throw new CommandError(
      'Error! This is a snapshot of Lictor, not of Consul: use "lictor snapshot restore"',
    );
  }
  contents.finish();
  return contents;
}

async function writeKeys(
  { source, io, client, prefix }: SnapshotImport,
  total: number,
): Promise<void> {
  const progress = new Progress(io, { what: 'Importing', total, render: countKeys });
  let batch: CheckedEntry[] = [];
  let bytes = 0;
  let written = 0;
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    await writeBatch(client, batch);
    progress.set((written += batch.length));
    batch = [];
    bytes = 0;
  };
  try {
    await readSnapshotFile([source], io, {
      async consulRecord(record) {
        if (record.type !== KVS) return;
        const entry = toEntry(record, prefix);
        const size = entry.key.length + entry.value.length;
        if (batch.length === MAX_OPS || bytes + size > MAX_BATCH_BYTES) await flush();
        batch.push(entry);
        bytes += size;
      },
    });
    await flush();
  } finally {
    progress.clear();
  }
}

function toEntry(record: StateRecord, prefix: string): CheckedEntry {
  const { Key, Flags, Value } = decodeFields(record);
  const value = Value instanceof Uint8Array ? Buffer.from(Value).toString('base64') : '';
  return { key: prefixKey(prefix, String(Key)), flags: Flags as number | bigint, value };
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
