/**
 * What versions before the journal kept: a folder of JSON files for services, checks and reports. They are taken over once.
 */
import fs from 'node:fs';
import { join } from 'node:path';
import type { Log } from './interfaces.ts';

/** Below `data_dir`, the innermost first, so that a folder is empty when its turn to go comes. */
export const EARLIER_FOLDERS = [join('checks', 'state'), 'checks', 'services'] as const;
/** Ending of a file that was never finished. */
const UNFINISHED = '.tmp';

/** The values of a folder. A file that cannot be read is reported. */
export function readEarlierFiles(folder: string, log: Log): unknown[] {
  return names(folder).flatMap((name) => {
    const path = join(folder, name);
    try {
      return [JSON.parse(fs.readFileSync(path, 'utf8')) as unknown];
    } catch (thrown) {
      log.error(`failed to read ${path}: ${(thrown as Error).message}`);
      return [];
    }
  });
}

function names(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  const entries = fs.readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(UNFINISHED))
    .map((entry) => entry.name);
}

export function removeEarlierFiles(dataDir: string): void {
  for (const folder of EARLIER_FOLDERS)
    fs.rmSync(join(dataDir, folder), { recursive: true, force: true });
}
