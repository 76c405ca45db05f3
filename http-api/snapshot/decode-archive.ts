/**
 * Reads an archive to its end and verifies it.
 *
 * The sums stand behind what they vouch for, so the state is handed on before it is known to be whole: whoever takes it
 * may act on it only once `readArchive` has returned.
 */
import { type ParsedTarEntry, createTarDecoder } from 'modern-tar';
import {
  ArchiveError,
  CONSUL_STATE_FILE,
  META_FILE,
  type NewHash,
  PRODUCT,
  SUMS_FILE,
  type SnapshotMeta,
  consulArchiveError,
  stateFile,
} from './archive-format.ts';
import { gunzip } from './gunzip.ts';

export interface ArchiveSink {
  /** Called first. @throws to refuse the archive before anything of it is read */
  meta?(meta: SnapshotMeta): void;
  /** The next bytes of the state. */
  state?(chunk: Uint8Array): void | Promise<void>;
}

/** Files that are held whole: a line for each part of a state of 10 GB is 1 MB. */
const MAX_SMALL_FILE_BYTES = 4 * 1024 * 1024;

/** @returns the meta with the true size of the state. @throws ArchiveError */
export async function readArchive(
  archive: ReadableStream<Uint8Array>,
  newHash: NewHash,
  sink: ArchiveSink = {},
): Promise<SnapshotMeta> {
  const reading = new Reading(newHash, sink);
  const entries = gunzip(archive).pipeThrough(createTarDecoder({ strict: true }) as never);
  try {
    for await (const entry of entries as unknown as AsyncIterable<ParsedTarEntry>) {
      await reading.take(entry);
    }
  } catch (error) {
    throw asArchiveError(error);
  }
  return reading.finish();
}

/** A sink that takes no archive of Consul's. */
export function refuseConsul(meta: SnapshotMeta): void {
  if (meta.Product !== PRODUCT) throw consulArchiveError(meta);
}

class Reading {
  readonly #newHash: NewHash;
  readonly #sink: ArchiveSink;
  readonly #sums = new Map<string, string>();
  #meta: SnapshotMeta | null = null;
  #listed: string | null = null;
  #parts = 0;
  #stateBytes = 0;

  constructor(newHash: NewHash, sink: ArchiveSink) {
    this.#newHash = newHash;
    this.#sink = sink;
  }

  async take({ header, body }: ParsedTarEntry): Promise<void> {
    const { name, type } = header;
    if (type !== 'file') throw new ArchiveError(`failed to read snapshot file: ${name} is no file`);
    if (this.#listed !== null || this.#sums.has(name)) {
      throw new ArchiveError(`failed to read snapshot file: ${name} does not belong there`);
    }
    if (name === META_FILE) this.#takeMeta(await this.#takeSmall(name, body));
    else if (name === SUMS_FILE) this.#listed = await readSmall(name, body);
    else await this.#takeState(name, body);
  }

  finish(): SnapshotMeta {
    const meta = this.#meta;
    if (meta === null) throw missing(META_FILE);
    if (this.#listed === null) throw missing(SUMS_FILE);
    this.#compareSums(this.#listed);
    if (this.#parts === 0)
      throw missing(meta.Product === PRODUCT ? stateFile(0) : CONSUL_STATE_FILE);
    return { ...meta, Size: this.#stateBytes };
  }

  #takeMeta(text: string): void {
    this.#meta = parseMeta(text);
    this.#sink.meta?.(this.#meta);
  }

  async #takeState(name: string, body: ReadableStream<Uint8Array>): Promise<void> {
    if (this.#meta === null) throw missing(META_FILE);
    const expected =
      this.#meta.Product === PRODUCT
        ? stateFile(this.#parts)
        : this.#parts === 0
          ? CONSUL_STATE_FILE
          : null;
    if (name !== expected) {
      throw new ArchiveError(
        `failed to read snapshot file: ${name} stands where ${expected ?? SUMS_FILE} should`,
      );
    }
    this.#parts++;
    const hash = this.#newHash();
    for await (const chunk of body) {
      await hash.update(chunk);
      this.#stateBytes += chunk.length;
      await this.#sink.state?.(chunk);
    }
    this.#sums.set(name, await hash.digest());
  }

  async #takeSmall(name: string, body: ReadableStream<Uint8Array>): Promise<string> {
    const text = await readSmall(name, body);
    const hash = this.#newHash();
    await hash.update(new TextEncoder().encode(text));
    this.#sums.set(name, await hash.digest());
    return text;
  }

  #compareSums(listed: string): void {
    const lines = listed.split('\n').filter((line) => line.trim() !== '');
    const names = new Set<string>();
    for (const line of lines) {
      const [sum, name = ''] = line.trim().split(/\s+/);
      names.add(name);
      if (this.#sums.get(name) !== sum) {
        throw new ArchiveError(
          `failed checking integrity of snapshot: hash check failed for ${JSON.stringify(name)}`,
        );
      }
    }
    for (const name of this.#sums.keys()) {
      if (!names.has(name)) {
        throw new ArchiveError(
          `failed checking integrity of snapshot: there is no sum of ${JSON.stringify(name)}`,
        );
      }
    }
  }
}

async function readSmall(name: string, body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_SMALL_FILE_BYTES) {
      throw new ArchiveError(`failed to read snapshot file: ${name} is too large`);
    }
  }
  return text + decoder.decode();
}

function parseMeta(text: string): SnapshotMeta {
  let meta: Partial<SnapshotMeta> | null;
  try {
    meta = JSON.parse(text) as Partial<SnapshotMeta> | null;
  } catch {
    meta = null;
  }
  if (meta === null || typeof meta !== 'object') {
    throw new ArchiveError(`failed to read snapshot file: ${META_FILE} is damaged`);
  }
  const { ID = '', Index = 0, Term = 0, Version = 0 } = meta;
  return { ...meta, ID, Index, Term, Version };
}

function missing(name: string): ArchiveError {
  return new ArchiveError(`failed to read snapshot file: ${name} is missing`);
}

/** The tar decoder's own words for a cut or damaged archive. */
function asArchiveError(error: unknown): unknown {
  if (error instanceof ArchiveError || !(error instanceof Error)) return error;
  if (/truncated/i.test(error.message))
    return new ArchiveError('failed to read snapshot file: unexpected EOF');
  return /tar|pax/i.test(error.message)
    ? new ArchiveError(`failed to read snapshot file: ${error.message}`)
    : error;
}
