/** Service definitions out of the files that a command names. */
import { orFail } from './command.ts';
import type { CommandIO, ServiceRegistration } from './command-io.ts';

/** All files are read, and must hold, before anything is done with the first service. */
export async function readServiceFiles(
  paths: readonly string[],
  io: CommandIO,
): Promise<readonly ServiceRegistration[]> {
  const configuration = await io.services.configuration();
  return orFail('Error', configuration.readServiceFiles(paths, { cwd: io.cwd }));
}
