/** A folder of small JSON files, one for each ID. */
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileNameOf } from './health-check.ts';
import type { Log } from './interfaces.ts';

/** They may hold ACL tokens. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** Ending of a file that is being written; no hash of an ID ends so. */
const UNFINISHED = '.tmp';

/**
 * A file is written beside its place and renamed: after a crash there is the old one or the new
 * one, never half of one. Writes of one ID must not overlap; the callers see to that.
 */
export class JSONFiles<T> {
  readonly #folder: string;
  readonly #durable: boolean;
  readonly #log: Log;

  /**
   * @param durable false to leave the write to the system's cache: a loss of power may then lose
   * the last ones
   */
  constructor(folder: string, durable: boolean, log: Log) {
    this.#folder = folder;
    this.#durable = durable;
    this.#log = log;
  }

  /** What could be read. A file that cannot is reported and left for somebody to look at. */
  async loadAll(): Promise<T[]> {
    const values: T[] = [];
    for (const name of await this.#names()) {
      const path = join(this.#folder, name);
      // Left behind by a crash in the middle of a write.
      if (name.endsWith(UNFINISHED)) await rm(path, { force: true });
      else values.push(...(await this.#read(path)));
    }
    return values;
  }

  async load(id: string): Promise<T | undefined> {
    const [value] = await this.#read(this.#path(id));
    return value;
  }

  /** @throws the file system's error, e.g. of a full disk; then the old file stands */
  async save(id: string, value: T): Promise<void> {
    const path = this.#path(id);
    const unfinished = path + UNFINISHED;
    const file = await this.#create(unfinished);
    try {
      await file.writeFile(JSON.stringify(value));
      if (this.#durable) await file.sync();
    } catch (thrown) {
      await file.close();
      await rm(unfinished, { force: true });
      throw thrown;
    }
    await file.close();
    await rename(unfinished, path);
  }

  async remove(id: string): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  /** The folder is made when it is found to be missing, which is once. */
  async #create(path: string): Promise<FileHandle> {
    try {
      return await open(path, 'w', FILE_MODE);
    } catch (thrown) {
      if (!isMissing(thrown)) throw thrown;
      await mkdir(this.#folder, { recursive: true, mode: FOLDER_MODE });
      return open(path, 'w', FILE_MODE);
    }
  }

  #path(id: string): string {
    return join(this.#folder, fileNameOf(id));
  }

  async #names(): Promise<string[]> {
    try {
      const entries = await readdir(this.#folder, { withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
    } catch (thrown) {
      if (isMissing(thrown)) return [];
      throw thrown;
    }
  }

  async #read(path: string): Promise<T[]> {
    try {
      return [JSON.parse(await readFile(path, 'utf8')) as T];
    } catch (thrown) {
      if (!isMissing(thrown)) {
        this.#log.error(`failed to read ${path}: ${(thrown as Error).message}`);
      }
      return [];
    }
  }
}

const isMissing = (thrown: unknown): boolean => (thrown as NodeJS.ErrnoException).code === 'ENOENT';
