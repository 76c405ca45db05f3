/** Snapshot files on this machine: read as streams, so that their size does not matter. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import type { SnapshotMeta, StreamHash } from '../../http-api/snapshot/archive-format.ts';
import { type ArchiveSink, readArchive } from '../../http-api/snapshot/decode-archive.ts';
import { describeFileError } from '../client/errors.ts';
import { CommandError } from './command.ts';
import type { CommandIO } from './command-io.ts';

/** Reads and verifies the file that a command's one argument names. Throws CommandError. */
export async function readSnapshotFile(
  args: readonly string[],
  io: CommandIO,
  sink: ArchiveSink = {},
): Promise<SnapshotMeta> {
  const { path } = await openSnapshotFile(args, io);
  try {
    return await verifySnapshotFile(path, sink);
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`Error reading snapshot: ${(error as Error).message}`);
  }
}

/** That the argument names a file that can be read, and how long it is. Throws CommandError. */
export async function openSnapshotFile(
  args: readonly string[],
  io: CommandIO,
): Promise<{ path: string; bytes: number }> {
  const [name] = args;
  if (name === undefined) throw new CommandError('Missing FILE argument');
  const path = resolve(io.cwd, name);
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    return { path, bytes: (await file.stat()).size };
  } catch (error) {
    throw new CommandError(`Error opening snapshot file: ${describeFileError(error, name)}`);
  } finally {
    await file?.close();
  }
}

/** @throws ArchiveError */
export function verifySnapshotFile(path: string, sink: ArchiveSink = {}): Promise<SnapshotMeta> {
  const stream = Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>;
  return readArchive(stream, newHash, sink);
}

function newHash(): StreamHash {
  const hash = createHash('sha256');
  return {
    update: (chunk) => void hash.update(chunk),
    digest: () => hash.digest('hex'),
  };
}
