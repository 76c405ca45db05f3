/**
 * Snapshot files: a gzipped tar of `meta.json`, `state.bin` and the SHA-256 sums of both, as Consul's.
 *
 * What the state holds is its writer's matter; see snapshot-state.ts for the form that can be looked into.
 */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { parseTar } from './tar.ts';

export interface SnapshotMeta {
  readonly ID: string;
  readonly Size: number;
  readonly Index: number;
  readonly Term: number;
  readonly Version: number;
}

export interface SnapshotArchive {
  readonly meta: SnapshotMeta;
  readonly state: Buffer;
}

/** A datacenter holds 10 GB at most, but one buffer holds four: beyond, a snapshot can be restored but not looked into. */
const MAX_UNPACKED_BYTES = 4 * 1024 * 1024 * 1024 - 1;

/** Throws Error unless the archive is whole. */
export function parseSnapshot(file: Buffer): SnapshotArchive {
  const files = new Map(parseTar(unpack(file)).map(({ name, data }) => [name, data]));
  const [meta, state, sums] = ['meta.json', 'state.bin', 'SHA256SUMS'].map((name) => {
    const data = files.get(name);
    if (data === undefined) throw new Error(`failed to read snapshot file: ${name} is missing`);
    return data;
  });
  requireSums(sums!.toString('utf8'), files);
  return { meta: parseMeta(meta!), state: state! };
}

function unpack(file: Buffer): Buffer {
  try {
    return gunzipSync(file, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'Z_BUF_ERROR' ? 'unexpected EOF' : message;
    throw new Error(`failed to decompress snapshot: ${reason}`, { cause: error });
  }
}

function requireSums(sums: string, files: ReadonlyMap<string, Buffer>): void {
  const listed = sums.split('\n').filter((line) => line.trim() !== '');
  for (const line of listed) {
    const [sum, name] = line.trim().split(/\s+/);
    const data = files.get(name ?? '');
    const actual = data === undefined ? '' : createHash('sha256').update(data).digest('hex');
    if (actual !== sum) {
      throw new Error(`failed checking integrity of snapshot: hash check failed for "${name}"`);
    }
  }
  if (listed.length < 2) throw new Error('failed checking integrity of snapshot: sums are missing');
}

function parseMeta(data: Buffer): SnapshotMeta {
  const meta = JSON.parse(data.toString('utf8')) as Partial<SnapshotMeta>;
  const { ID = '', Size = 0, Index = 0, Term = 0, Version = 0 } = meta;
  return { ID, Size, Index, Term, Version };
}
