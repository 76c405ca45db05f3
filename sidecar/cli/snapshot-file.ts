/** The snapshot file that a command's one argument names. */
import { CommandError } from './command.ts';
import type { CommandIO } from './command-io.ts';
import { readFile } from './input.ts';
import { parseSnapshot } from './snapshot-archive.ts';
import type { SnapshotArchive } from './snapshot-archive.ts';

/** Throws CommandError. */
export async function readSnapshotFile(
  args: readonly string[],
  io: CommandIO,
): Promise<SnapshotArchive> {
  const [path] = args;
  if (path === undefined) throw new CommandError('Missing FILE argument');
  let file: Buffer;
  try {
    file = readFile(path, io);
  } catch (error) {
    throw new CommandError(`Error opening snapshot file: ${(error as Error).message}`);
  }
  try {
    return parseSnapshot(file);
  } catch (error) {
    throw new CommandError(`Error reading snapshot: ${(error as Error).message}`);
  }
}
