import { open, mkdir, rename } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';

/** Where a snapshot's text stands. Calls do not overlap: the snapshotter waits for each. */
export interface SnapshotStorage {
  /** The whole text; empty when there is none. */
  read(): Promise<string>;
  append(text: string): Promise<void>;
  /** Puts `text` in the place of everything, wholly or not at all, also when power is lost. */
  replace(text: string): Promise<void>;
  /** Makes what was written survive a loss of power. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A larger file is no snapshot: compaction keeps one below 256 bytes a member. Only its end, the newest part, is read then.
 */
export const MAX_SNAPSHOT_BYTES = 64 * 1024 * 1024;

/** Who is in the pool and where is nobody else's business. */
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

export class SnapshotFile implements SnapshotStorage {
  readonly #path: string;
  #handle: FileHandle | undefined;

  constructor(file: string) {
    this.#path = file;
  }

  async read(): Promise<string> {
    const handle = await this.#open();
    const { size } = await handle.stat();
    const length = Math.min(size, MAX_SNAPSHOT_BYTES);
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await handle.read(buffer, 0, length, size - length);
    return buffer.toString('utf8', 0, bytesRead);
  }

  async append(text: string): Promise<void> {
    const handle = await this.#open();
    await handle.appendFile(text);
  }

  async replace(text: string): Promise<void> {
    const temporary = `${this.#path}.compact`;
    const fresh = await open(temporary, 'w', FILE_MODE);
    try {
      await fresh.writeFile(text);
      await fresh.sync();
    } finally {
      await fresh.close();
    }
    await rename(temporary, this.#path);
    // The handle still points to the file that was replaced.
    await this.close();
  }

  async sync(): Promise<void> {
    await this.#handle?.sync();
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async #open(): Promise<FileHandle> {
    if (this.#handle === undefined) {
      await mkdir(path.dirname(this.#path), { recursive: true, mode: DIRECTORY_MODE });
      this.#handle = await open(this.#path, 'a+', FILE_MODE);
    }
    return this.#handle;
  }
}
