/**
 * Records that survive a crash: one file of lines, each a key and its newest value, appended to.
 *
 * A file for each record costs a file's creation, its fsync and a rename; all of them touch the file system's own journal,
 * for which every other fsync on the disk waits, the datacenter's included (measured: three times as long). Here whatever comes
 * while the disk is busy shares the next write and its one fdatasync. Lines that later ones replaced are dropped when the file
 * is mostly made of them.
 */
import fs from 'node:fs';
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Log } from './interfaces.ts';

/** Values may hold ACL tokens. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
/** The file is written anew when it is this many times what its newest lines need ... */
const COMPACT_FACTOR = 4;
/** ... and larger than this: smaller ones are read in a moment. */
const MIN_COMPACT_BYTES = 1024 * 1024;
/**
 * The file grows by this much, of blank lines that later ones overwrite: an fdatasync that changes no length leaves the file
 * system's journal alone (measured: a fifth quicker).
 */
const GROWTH_BYTES = 256 * 1024;
const UNFINISHED = '.tmp';
const NEWLINE = 0x0a;

interface Batch {
  /** The newest line of each key; null removes it. */
  readonly lines: Map<string, string | null>;
  isDurable: boolean;
  readonly done: PromiseWithResolvers<void>;
}

type Line = [key: string, value?: unknown];

export class Journal {
  readonly #path: string;
  readonly #log: Log;
  /** The newest line of each key that stands on the disk. */
  readonly #lines = new Map<string, string>();
  #liveBytes = 0;
  #file: FileHandle | null = null;
  /** Up to here the file is lines, and blank from here up to `#length`. */
  #size = 0;
  #length = 0;
  /** The file on the disk cannot be appended to: it is missing, or a write of it failed. */
  #isStale = true;
  #next: Batch | null = null;
  #writing: Promise<void> | null = null;

  /**
   * Reads what an earlier run left. A line that cannot be read is reported and passed over.
   *
   * @throws the file system's error when there is a file that cannot be read: it must not be taken for an empty one
   */
  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
    this.#load();
  }

  get(key: string): unknown {
    const line = this.#lines.get(key);
    return line === undefined ? undefined : (JSON.parse(line) as Line)[1];
  }

  /** The values of all keys that begin so, in the order in which the keys first came. */
  values(prefix: string): unknown[] {
    return [...this.#lines.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => this.get(key));
  }

  /**
   * Sets a key's value, or removes the key with `undefined`. `get` gives the value once it is written.
   *
   * @param isDurable false to leave it to the system's cache: a loss of power may then lose it, a crash of the agent does not
   * @throws the file system's error, e.g. of a full disk; then the value is not set
   */
  async put(key: string, value: unknown, isDurable: boolean): Promise<void> {
    const line = value === undefined ? null : renderLine([key, value]);
    this.#next ??= { lines: new Map(), isDurable: false, done: Promise.withResolvers<void>() };
    this.#next.lines.set(key, line);
    this.#next.isDurable ||= isDurable;
    const { done } = this.#next;
    this.#writing ??= this.#drain();
    await done.promise;
  }

  /** Waits for the writes that are under way, and closes the file; the next write opens it again. */
  async flush(): Promise<void> {
    await this.#writing;
    await this.#close();
  }

  async #drain(): Promise<void> {
    // What comes in the same turn goes in the same write.
    await Promise.resolve();
    for (let batch = this.#next; batch !== null; batch = this.#next) {
      this.#next = null;
      try {
        await this.#write(batch);
        batch.done.resolve();
      } catch (thrown) {
        this.#isStale = true;
        batch.done.reject(thrown as Error);
      }
    }
    this.#writing = null;
  }

  async #write({ lines, isDurable }: Batch): Promise<void> {
    for (const [key, line] of lines) if (line === null && !this.#lines.has(key)) lines.delete(key);
    if (lines.size === 0) return;
    const text = [...lines].map(([key, line]) => line ?? renderLine([key])).join('');
    const end = this.#size + Buffer.byteLength(text);
    const isFull = end > Math.max(MIN_COMPACT_BYTES, COMPACT_FACTOR * this.#liveBytes);
    if (this.#isStale || isFull) await this.#writeAnew();
    this.#file ??= await open(this.#path, 'r+');
    await this.#append(this.#file, text);
    if (isDurable) await this.#file.datasync();
    for (const [key, line] of lines) this.#remember(key, line);
  }

  async #append(file: FileHandle, text: string): Promise<void> {
    const bytes = Buffer.byteLength(text);
    const grows = this.#size + bytes > this.#length;
    const data = Buffer.alloc(bytes + (grows ? GROWTH_BYTES : 0), NEWLINE);
    data.write(text);
    await writeAll(file, data, this.#size);
    this.#size += bytes;
    if (grows) this.#length = this.#size + GROWTH_BYTES;
  }

  /** Written beside its place and renamed: after a crash there is the old file or the new one, never half of one. */
  async #writeAnew(): Promise<void> {
    await this.#close();
    const folder = dirname(this.#path);
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    const text = Buffer.from([...this.#lines.values()].join(''));
    const file = await open(this.#path + UNFINISHED, 'w+', FILE_MODE);
    try {
      await writeAll(file, text, 0);
      await file.sync();
      await rename(this.#path + UNFINISHED, this.#path);
      await syncFolder(folder);
    } catch (thrown) {
      await file.close();
      throw thrown;
    }
    this.#file = file;
    this.#size = text.length;
    this.#length = text.length;
    this.#isStale = false;
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  #remember(key: string, line: string | null): void {
    this.#liveBytes -= Buffer.byteLength(this.#lines.get(key) ?? '');
    if (line === null) {
      this.#lines.delete(key);
      return;
    }
    this.#lines.set(key, line);
    this.#liveBytes += Buffer.byteLength(line);
  }

  #load(): void {
    if (!fs.existsSync(this.#path)) return;
    const text = fs.readFileSync(this.#path, 'utf8');
    const written = text.trimEnd();
    const lines = written.split('\n');
    let isWhole = text.endsWith('\n');
    for (const [at, line] of lines.entries()) {
      const parsed = parseLine(line);
      if (parsed !== null) this.#remember(parsed[0], parsed.length > 1 ? `${line}\n` : null);
      else if (at < lines.length - 1) this.#log.error(`${this.#path}: line ${at + 1} is broken`);
      // A crash in the middle of a write cuts the last line, which nobody was told of.
      else isWhole = false;
    }
    this.#size = Buffer.byteLength(written) + 1;
    this.#length = Buffer.byteLength(text);
    this.#isStale = !isWhole;
  }
}

function renderLine(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}

function parseLine(text: string): Line | null {
  try {
    const line = JSON.parse(text) as unknown;
    return Array.isArray(line) && typeof line[0] === 'string' ? (line as Line) : null;
  } catch {
    return null;
  }
}

async function writeAll(file: FileHandle, data: Buffer, position: number): Promise<void> {
  for (let at = 0; at < data.length;) {
    const { bytesWritten } = await file.write(data, at, data.length - at, position + at);
    at += bytesWritten;
  }
}

/** A rename is only on the disk once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
