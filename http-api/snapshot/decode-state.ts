/** Reads `state.bin` as its bytes come, Lictor's or Consul's: see `state-format.ts`. */
import { MessagePackReader } from '../message-pack/reader.ts';
import { ArchiveError } from './archive-format.ts';
import { join } from './encode-state.ts';
import { KEYED_TYPE, MAX_RECORD_BYTES, OWN_MARK, OWN_VERSION } from './state-format.ts';

/** `LastIndex`, our mark, and whatever a later Consul may add. */
const MAX_HEADER_FIELDS = 16;

export interface StateRecord {
  /** Consul's number of the type. */
  readonly type: number;
  /** One value, in MessagePack, or the line of an own record. It is only valid until the next record is asked for. */
  readonly value: Uint8Array;
  /** What it takes in the state, with its type; the first with the header before it, as Consul counts. */
  readonly bytes: number;
}

export class StateDecoder {
  /** Whose records these are; null before the header has come. */
  isOwn: boolean | null = null;
  readonly #reader = new MessagePackReader();
  #rest: Uint8Array = new Uint8Array(0);
  /** Of a header whose first record is still to come. */
  #headerBytes = 0;

  /** The records that end in this chunk. @throws ArchiveError */
  *accept(chunk: Uint8Array): Generator<StateRecord> {
    const bytes = join([this.#rest, chunk]);
    let counted = 0;
    let at = this.isOwn === null ? this.#readHeader(bytes) : 0;
    while (this.isOwn !== null && at < bytes.length) {
      const end = this.#recordEnd(bytes, at);
      if (end === null) break;
      const value = bytes.subarray(at + 1, end);
      const type = bytes[at]!;
      yield {
        type,
        value: this.isOwn ? this.#lineOf(type, value) : value,
        bytes: end - counted + this.#headerBytes,
      };
      at = counted = end;
      this.#headerBytes = 0;
    }
    this.#headerBytes += at - counted;
    this.#rest = bytes.slice(at);
    if (this.#rest.length > MAX_RECORD_BYTES) throw damaged('a record is too large');
  }

  /** @throws ArchiveError when the state ends within a record */
  finish(): void {
    if (this.isOwn === null || this.#rest.length > 0) throw damaged('it ends within a record');
  }

  /** @returns where the records begin, or 0 when more bytes are needed */
  #readHeader(bytes: Uint8Array): number {
    const reader = this.#reader.reset(bytes, 0, MAX_RECORD_BYTES);
    let mark: number | null = null;
    const fields = reader.mapLength();
    if (fields > MAX_HEADER_FIELDS) throw damaged('its header is too large');
    for (let left = fields; left > 0; left--) {
      if (reader.text() === OWN_MARK) mark = reader.uint(Number.MAX_SAFE_INTEGER);
      else reader.skip();
    }
    if (isShort(reader)) return 0;
    if (mark !== null && mark !== OWN_VERSION) {
      throw damaged(`it has format ${mark}, which is of a newer version`);
    }
    this.isOwn = mark !== null;
    return reader.offset;
  }

  #recordEnd(bytes: Uint8Array, at: number): number | null {
    const reader = this.#reader.reset(bytes, at + 1, MAX_RECORD_BYTES);
    reader.skip();
    return isShort(reader) ? null : reader.offset;
  }

  #lineOf(type: number, value: Uint8Array): Uint8Array {
    const reader = this.#reader.reset(value);
    if (type === KEYED_TYPE) {
      if (reader.mapLength() !== 2) throw damaged('a record of a key is none');
      for (let skipped = 0; skipped < 3; skipped++) reader.skip();
    }
    const line = reader.raw();
    if (reader.failure !== undefined || reader.remaining > 0) throw damaged('a record is no line');
    return line;
  }
}

/** @returns whether the bytes end within the value. @throws ArchiveError when it is none */
function isShort({ failure }: MessagePackReader): boolean {
  if (failure === undefined || failure === 'truncated') return failure !== undefined;
  throw damaged('a record is malformed');
}

const damaged = (reason: string): ArchiveError =>
  new ArchiveError(`failed to read snapshot file: its state is damaged: ${reason}`);
