/** Wraps a state into an archive, as a stream. */
import { type TarPackController, createTarPacker } from 'modern-tar';
import {
  META_FILE,
  type NewHash,
  SUMS_FILE,
  type SnapshotMeta,
  stateFile,
} from './archive-format.ts';

/** A tar entry says its length first, so the state is cut into parts of this size: what is held in memory. */
const PART_BYTES = 1024 * 1024;
/** It holds secrets: whoever unpacks it should be the only one to read it. */
const MODE = 0o600;

/**
 * @param savedAt milliseconds since 1970, the time of the archive's files
 * @param state breaks the archive off when it fails, which every reader notices
 */
export function encodeArchive(
  meta: SnapshotMeta,
  savedAt: number,
  state: ReadableStream<Uint8Array>,
  newHash: NewHash,
): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const packer = new Packer(controller, new Date(savedAt), newHash);
  pack(packer, meta, state).catch((error: unknown) => {
    controller.error(error);
    // Already broken, or nobody takes it any more.
    state.cancel(error).catch(() => {});
  });
  return readable.pipeThrough(new CompressionStream('gzip') as never);
}

async function pack(
  packer: Packer,
  meta: SnapshotMeta,
  state: ReadableStream<Uint8Array>,
): Promise<void> {
  await packer.add(META_FILE, new TextEncoder().encode(`${JSON.stringify(meta)}\n`));
  let part = 0;
  for await (const bytes of inParts(state)) await packer.add(stateFile(part++), bytes);
  await packer.finish();
}

class Packer {
  readonly #controller: TarPackController;
  readonly #mtime: Date;
  readonly #newHash: NewHash;
  #sums = '';

  constructor(controller: TarPackController, mtime: Date, newHash: NewHash) {
    this.#controller = controller;
    this.#mtime = mtime;
    this.#newHash = newHash;
  }

  async add(name: string, bytes: Uint8Array): Promise<void> {
    const hash = this.#newHash();
    await hash.update(bytes);
    this.#sums += `${await hash.digest()}  ${name}\n`;
    await this.#write(name, bytes);
  }

  async finish(): Promise<void> {
    await this.#write(SUMS_FILE, new TextEncoder().encode(this.#sums));
    this.#controller.finalize();
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    const writer = this.#controller
      .add({ name, size: bytes.length, mode: MODE, mtime: this.#mtime, type: 'file' })
      .getWriter();
    if (bytes.length > 0) await writer.write(bytes);
    await writer.close();
  }
}

async function* inParts(state: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of state) {
    held.push(chunk);
    length += chunk.length;
    if (length < PART_BYTES) continue;
    yield join(held, length);
    held = [];
    length = 0;
  }
  if (length > 0) yield join(held, length);
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
