/**
 * A log file that is rotated by age and size (Consul's logging/logfile.go).
 *
 * The current file bears the configured name; one that is full is renamed to `name-<nanoseconds>.ext`, and of those the
 * oldest go. Writes are synchronous: a line is in the file when the process dies the moment after.
 */
import fs from 'node:fs';
import path from 'node:path';

export interface LogFileOptions {
  /** A path that ends in a slash is a directory; the file in it is then `consul.log`. */
  readonly path: string;
  readonly rotateMs: number;
  /** 0 for no limit. */
  readonly rotateBytes: number;
  /** How many rotated files stay: 0 for all, -1 for none. */
  readonly maxFiles: number;
}

const DEFAULT_NAME = 'consul.log';
/** Logs may hold what others should not read. */
const FILE_MODE = 0o640;
const DIRECTORY_MODE = 0o755;

export class LogFile {
  readonly #options: LogFileOptions;
  readonly #file: string;
  readonly #now: () => number;
  #descriptor: number;
  #sizeBytes: number;
  #openedAt: number;

  /** @throws Error with the file's name when it cannot be opened */
  constructor(options: LogFileOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
    this.#file = options.path.endsWith('/') ? path.join(options.path, DEFAULT_NAME) : options.path;
    fs.mkdirSync(path.dirname(this.#file), { recursive: true, mode: DIRECTORY_MODE });
    this.#descriptor = this.#open();
    this.#sizeBytes = fs.fstatSync(this.#descriptor).size;
    this.#openedAt = now();
  }

  write(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (this.#isFull(bytes)) this.#rotate();
    fs.writeSync(this.#descriptor, line);
    this.#sizeBytes += bytes;
  }

  close(): void {
    fs.closeSync(this.#descriptor);
  }

  #isFull(nextBytes: number): boolean {
    const { rotateBytes, rotateMs } = this.#options;
    if (this.#sizeBytes === 0) return false;
    if (rotateBytes > 0 && this.#sizeBytes + nextBytes > rotateBytes) return true;
    return this.#now() - this.#openedAt >= rotateMs;
  }

  #rotate(): void {
    fs.closeSync(this.#descriptor);
    const { dir, name, ext } = path.parse(this.#file);
    fs.renameSync(this.#file, path.join(dir, `${name}-${this.#now()}000000${ext}`));
    this.#prune(dir, name, ext);
    this.#descriptor = this.#open();
    this.#sizeBytes = 0;
    this.#openedAt = this.#now();
  }

  #prune(dir: string, name: string, ext: string): void {
    const { maxFiles } = this.#options;
    if (maxFiles === 0) return;
    const rotated = fs
      .readdirSync(dir)
      .filter((entry) => entry.startsWith(`${name}-`) && entry.endsWith(ext))
      .filter((entry) => /^\d+$/.test(entry.slice(name.length + 1, entry.length - ext.length)))
      .toSorted();
    const keep = Math.max(maxFiles, 0);
    for (const entry of rotated.slice(0, rotated.length - keep)) fs.rmSync(path.join(dir, entry));
  }

  #open(): number {
    return fs.openSync(this.#file, 'a', FILE_MODE);
  }
}
