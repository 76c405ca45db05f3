/** A disk of a few megabytes, to be filled. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const FILL_CHUNK = Buffer.alloc(4096);

export class SmallDisk {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** @throws Error that says what is needed, where mounting is not allowed */
  static create(megabytes: number): SmallDisk {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-small-disk-'));
    const mounted = mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', directory);
    if (mounted !== '') {
      fs.rmdirSync(directory);
      throw new Error(`needs the right to mount a small tmpfs (run it as root): ${mounted}`);
    }
    return new SmallDisk(directory);
  }

  resize(megabytes: number): void {
    const failure = mount('-o', `remount,size=${megabytes}m`, this.directory);
    if (failure !== '') throw new Error(failure);
  }

  /** Takes all the space that is left. @returns the file that holds it */
  fill(): string {
    const file = path.join(this.directory, 'filler');
    const handle = fs.openSync(file, 'w');
    try {
      for (;;) fs.writeSync(handle, FILL_CHUNK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      fs.closeSync(handle);
    }
    return file;
  }

  remove(): void {
    spawnSync('umount', [this.directory]);
    fs.rmdirSync(this.directory);
  }
}

/** @returns what went wrong, '' for nothing */
function mount(...args: string[]): string {
  const { error, status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  if (error !== undefined) return error.message;
  return status === 0 ? '' : stderr.trim();
}
