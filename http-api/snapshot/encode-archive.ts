/** Wraps a state into an archive, as a stream. */
import { type TarPackController, createTarPacker } from 'modern-tar';
import {
  META_FILE,
  type NewHash,
  STATE_FILE,
  SUMS_FILE,
  type SnapshotMeta,
  type StreamHash,
} from './archive-format.ts';
import { frameState, join } from './encode-state.ts';
import { gzipOnDemand } from './gzip-on-demand.ts';

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
  return gzipOnDemand(readable);
}

async function pack(
  packer: Packer,
  meta: SnapshotMeta,
  state: ReadableStream<Uint8Array>,
): Promise<void> {
  // Without a Size, though readers know the field: a Consul that is told to restore such a state refuses it because of
  // that. With it, it would install the state, die of it, and die again at each start.
  await packer.add(META_FILE, new TextEncoder().encode(`${JSON.stringify(meta)}\n`));
  for await (const part of inParts(frameState(state, meta.Index))) {
    await packer.add(STATE_FILE, part);
  }
  await packer.finish();
}

class Packer {
  readonly #controller: TarPackController;
  readonly #mtime: Date;
  readonly #newHash: NewHash;
  readonly #hashes = new Map<string, StreamHash>();

  constructor(controller: TarPackController, mtime: Date, newHash: NewHash) {
    this.#controller = controller;
    this.#mtime = mtime;
    this.#newHash = newHash;
  }

  /** Files of one name have one sum, of all their bytes in order. */
  async add(name: string, bytes: Uint8Array): Promise<void> {
    let hash = this.#hashes.get(name);
    if (hash === undefined) this.#hashes.set(name, (hash = this.#newHash()));
    await hash.update(bytes);
    await this.#write(name, bytes);
  }

  async finish(): Promise<void> {
    let sums = '';
    for (const [name, hash] of this.#hashes) sums += `${await hash.digest()}  ${name}\n`;
    await this.#write(SUMS_FILE, new TextEncoder().encode(sums));
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

async function* inParts(state: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of state) {
    held.push(chunk);
    length += chunk.length;
    if (length < PART_BYTES) continue;
    yield join(held);
    held = [];
    length = 0;
  }
  if (length > 0) yield join(held);
}
