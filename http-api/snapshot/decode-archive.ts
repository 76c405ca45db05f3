/**
 * Reads an archive to its end and verifies it.
 *
 * The sums stand behind what they vouch for, so the state is handed on before it is known to be whole: whoever takes it
 * may act on it only once `readArchive` has returned.
 */
import { type ParsedTarEntry, createTarDecoder } from 'modern-tar';
import {
  ArchiveError,
  META_FILE,
  type NewHash,
  PRODUCT,
  STATE_FILE,
  SUMS_FILE,
  type SnapshotMeta,
  type StreamHash,
  consulArchiveError,
  oldStateFile,
} from './archive-format.ts';
import { StateDecoder, type StateRecord } from './decode-state.ts';
import { join } from './encode-state.ts';
import { gunzip } from './gunzip.ts';

export interface ArchiveSink {
  /** Called first. @throws to refuse the archive before anything of it is read */
  meta?(meta: SnapshotMeta): void;
  /** The next lines of a state of Lictor's, or a part of one. */
  state?(chunk: Uint8Array): void | Promise<void>;
  /** The next record of a state of Consul's. */
  consulRecord?(record: StateRecord): void | Promise<void>;
}

const NEWLINE = Uint8Array.of(0x0a);
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
  readonly #hashes = new Map<string, StreamHash>();
  readonly #state = new StateDecoder();
  readonly #sums = new Map<string, string>();
  #meta: SnapshotMeta | null = null;
  #listed: string | null = null;
  #lastName = '';
  #oldParts = 0;
  #stateBytes = 0;

  constructor(newHash: NewHash, sink: ArchiveSink) {
    this.#newHash = newHash;
    this.#sink = sink;
  }

  async take({ header, body }: ParsedTarEntry): Promise<void> {
    const { name, type } = header;
    if (type !== 'file') throw new ArchiveError(`failed to read snapshot file: ${name} is no file`);
    const isAgain = this.#hashes.has(name) && !(name === STATE_FILE && this.#lastName === name);
    if (this.#listed !== null || isAgain) throw misplaced(name);
    this.#lastName = name;
    if (name === META_FILE) this.#takeMeta(await this.#takeSmall(name, body));
    else if (name === SUMS_FILE) this.#listed = await readSmall(name, body);
    else if (name === STATE_FILE) await this.#takeState(name, body);
    else if (name === oldStateFile(this.#oldParts)) await this.#takeOldPart(name, body);
    else throw misplaced(name);
  }

  async finish(): Promise<SnapshotMeta> {
    const meta = this.#meta;
    if (meta === null) throw missing(META_FILE);
    if (this.#listed === null) throw missing(SUMS_FILE);
    for (const [name, hash] of this.#hashes) this.#sums.set(name, await hash.digest());
    this.#compareSums(this.#listed);
    const isFramed = this.#hashes.has(STATE_FILE);
    if (isFramed === this.#oldParts > 0) {
      throw isFramed ? misplaced(STATE_FILE) : missing(STATE_FILE);
    }
    if (isFramed) this.#state.finish();
    return { ...meta, Size: this.#stateBytes };
  }

  #takeMeta(text: string): void {
    this.#meta = parseMeta(text);
    this.#sink.meta?.(this.#meta);
  }

  async #takeState(name: string, body: ReadableStream<Uint8Array>): Promise<void> {
    if (this.#meta === null) throw missing(META_FILE);
    for await (const chunk of this.#hashed(name, body)) {
      this.#stateBytes += chunk.length;
      const lines: Uint8Array[] = [];
      for (const record of this.#state.accept(chunk)) {
        if (this.#state.isOwn === true) lines.push(record.value, NEWLINE);
        else await this.#sink.consulRecord?.(record);
      }
      if (lines.length > 0) await this.#sink.state?.(join(lines));
    }
  }

  async #takeOldPart(name: string, body: ReadableStream<Uint8Array>): Promise<void> {
    if (this.#meta === null) throw missing(META_FILE);
    this.#oldParts++;
    for await (const chunk of this.#hashed(name, body)) {
      this.#stateBytes += chunk.length;
      await this.#sink.state?.(chunk);
    }
  }

  async #takeSmall(name: string, body: ReadableStream<Uint8Array>): Promise<string> {
    const text = await readSmall(name, body);
    await this.#hashOf(name).update(new TextEncoder().encode(text));
    return text;
  }

  async *#hashed(name: string, body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
    const hash = this.#hashOf(name);
    for await (const chunk of body) {
      await hash.update(chunk);
      yield chunk;
    }
  }

  #hashOf(name: string): StreamHash {
    let hash = this.#hashes.get(name);
    if (hash === undefined) this.#hashes.set(name, (hash = this.#newHash()));
    return hash;
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

function misplaced(name: string): ArchiveError {
  return new ArchiveError(`failed to read snapshot file: ${name} does not belong there`);
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
