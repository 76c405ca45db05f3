/**
 * One control plane for each data directory: two workerds on one directory would both start and serve the same file.
 *
 * The lock is a file with the holder's process id. A holder that no longer lives has left it behind.
 */
import fs from 'node:fs';
import path from 'node:path';

export class DataDirInUseError extends Error {
  constructor(dataDir: string, pid: number) {
    super(
      `data_dir ${dataDir} is in use by the agent with process id ${pid}: stop that agent, or give this one a ` +
        'data_dir of its own (-data-dir)',
    );
    this.name = 'DataDirInUseError';
  }
}

export class DataDirLock {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /** @throws DataDirInUseError */
  static acquire(dataDir: string): DataDirLock {
    fs.mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const file = path.join(dataDir, 'lictor.lock');
    for (;;) {
      try {
        fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
        return new DataDirLock(file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = Number(readIfThere(file));
      if (holder > 0 && holder !== process.pid && isAlive(holder))
        throw new DataDirInUseError(dataDir, holder);
      fs.rmSync(file, { force: true });
    }
  }

  release(): void {
    if (readIfThere(this.#file) === String(process.pid)) fs.rmSync(this.#file, { force: true });
  }
}

function readIfThere(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** A process id may have been given to another program since: only one that runs Node can be a sidecar. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  if (isZombie(pid)) return false;
  const commandLine = readIfThere(`/proc/${pid}/cmdline`);
  return commandLine === '' || /main\.c?js/.test(commandLine);
}

/** Killed, but never waited for: what a container whose first process is no init leaves of an agent. */
function isZombie(pid: number): boolean {
  const stat = readIfThere(`/proc/${pid}/stat`);
  // The name before it stands in parentheses, and may hold some of its own.
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
}
