/**
 * Reads MessagePack that somebody else wrote: go-msgpack's old form (bytes and text are both "raw"), the newer one (str8,
 * bin), and whatever a hostile peer makes up.
 *
 * A reader never throws and never allocates by what a length claims. The first problem is remembered in `failure`, after
 * which every read gives a zero value, so callers check once, at the end.
 */
import { NIL, type ValueKind, fixedSize, isExtension, isMap, kindOf } from './tags.ts';

export type ReadFailure =
  /** The bytes end inside a value; on a stream, more may come. */
  | 'truncated'
  | 'malformed'
  /** A length beyond what the reader was told to accept. */
  | 'too_large';

/** Values nested deeper than this are refused: gossip goes four deep, the records of a snapshot about ten. */
const MAX_SKIP_DEPTH = 16;

const EMPTY = new Uint8Array(0);

export class MessagePackReader {
  failure: ReadFailure | undefined;
  offset = 0;
  #bytes: Uint8Array = EMPTY;
  #maxRawBytes = 0;

  constructor(bytes: Uint8Array = EMPTY, offset = 0, maxRawBytes = bytes.length) {
    this.reset(bytes, offset, maxRawBytes);
  }

  /** One reader can be used for packet after packet. @param maxRawBytes longest text or byte string to accept */
  reset(bytes: Uint8Array, offset = 0, maxRawBytes = bytes.length): this {
    this.#bytes = bytes;
    this.offset = offset;
    this.#maxRawBytes = maxRawBytes;
    this.failure = undefined;
    return this;
  }

  get remaining(): number {
    return this.#bytes.length - this.offset;
  }

  fail(failure: ReadFailure): void {
    this.failure ??= failure;
    // Nothing can be read beyond the end, so loops over a claimed length stop.
    this.offset = this.#bytes.length;
  }

  /** @returns whether the next value is nil, which is then consumed; Go reads it as the zero value of any type */
  takeNil(): boolean {
    if (this.#bytes[this.offset] !== NIL) return false;
    this.offset++;
    return true;
  }

  /** A whole number from 0 to `max`, whatever its width on the wire. */
  uint(max: number): number {
    const value = this.#integer();
    if (value >= 0 && value <= max) return value;
    this.fail('malformed');
    return 0;
  }

  /** A whole number that a double holds exactly. */
  int(): number {
    const value = this.#integer();
    if (Number.isSafeInteger(value)) return value;
    this.fail('malformed');
    return 0;
  }

  /** A whole number of up to 64 bits; a bigint where a double would not hold it. */
  wide(): number | bigint {
    const tag = this.#bytes[this.offset];
    if (tag !== 0xcf && tag !== 0xd3) return this.#integer();
    this.offset++;
    const start = this.#advance(8);
    if (this.failure !== undefined) return 0;
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + start, 8);
    const value = tag === 0xcf ? view.getBigUint64(0) : view.getBigInt64(0);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  boolean(): boolean {
    const tag = this.#byte();
    if (tag !== 0xc2 && tag !== 0xc3) this.fail('malformed');
    return tag === 0xc3;
  }

  /** A double, a float or a whole number. */
  float(): number {
    const tag = this.#bytes[this.offset];
    if (tag !== 0xca && tag !== 0xcb) return this.#integer();
    this.offset++;
    const size = tag === 0xca ? 4 : 8;
    const start = this.#advance(size);
    if (this.failure !== undefined) return 0;
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset + start, size);
    return size === 4 ? view.getFloat32(0) : view.getFloat64(0);
  }

  /** A view into what is read, not a copy. */
  raw(): Uint8Array {
    const length = this.#rawLength();
    const start = this.#advance(length);
    return this.failure === undefined ? this.#bytes.subarray(start, start + length) : EMPTY;
  }

  text(): string {
    const length = this.#rawLength();
    const start = this.#advance(length);
    if (this.failure !== undefined || length === 0) return '';
    return asciiText(this.#bytes, start, start + length) ?? utf8Text(this.#bytes, start, length);
  }

  /** @returns whether the next value is this text, in its shortest form; only then is it consumed */
  takeText(encoded: Uint8Array): boolean {
    const { offset } = this;
    if (encoded.length > this.remaining) return false;
    for (let index = 0; index < encoded.length; index++) {
      if (this.#bytes[offset + index] !== encoded[index]) return false;
    }
    this.offset = offset + encoded.length;
    return true;
  }

  /** How many pairs follow. Never more than there can be in the bytes that are left. */
  mapLength(): number {
    const tag = this.#byte();
    if (tag >> 4 === 0x8) return this.#fitting(tag & 0x0f, 2);
    if (tag === 0xde) return this.#fitting(this.#big(2), 2);
    if (tag === 0xdf) return this.#fitting(this.#big(4), 2);
    this.fail('malformed');
    return 0;
  }

  /** How many values follow. */
  arrayLength(): number {
    const tag = this.#byte();
    if (tag >> 4 === 0x9) return this.#fitting(tag & 0x0f, 1);
    if (tag === 0xdc) return this.#fitting(this.#big(2), 1);
    if (tag === 0xdd) return this.#fitting(this.#big(4), 1);
    this.fail('malformed');
    return 0;
  }

  /** What the next value is; undefined where there is none. */
  get nextKind(): ValueKind | undefined {
    const tag = this.#bytes[this.offset];
    return tag === undefined ? undefined : kindOf(tag);
  }

  get nextIsArray(): boolean {
    const tag = this.#bytes[this.offset] ?? 0;
    return tag >> 4 === 0x9 || tag === 0xdc || tag === 0xdd;
  }

  /** Passes over one value of any kind. */
  skip(depth = 0): void {
    if (depth > MAX_SKIP_DEPTH) return this.fail('malformed');
    const tag = this.#byte();
    const fixed = fixedSize(tag);
    if (fixed !== undefined) {
      this.#advance(fixed);
      return;
    }
    this.offset--;
    if (isMap(tag)) this.#skipMany(2 * this.mapLength(), depth);
    else if (this.nextIsArray) this.#skipMany(this.arrayLength(), depth);
    else if (isExtension(tag)) this.#skipExtension();
    else this.raw();
  }

  #skipMany(count: number, depth: number): void {
    for (let left = count; left > 0 && this.failure === undefined; left--) this.skip(depth + 1);
  }

  #skipExtension(): void {
    const tag = this.#byte();
    const length = this.#big(tag === 0xc7 ? 1 : tag === 0xc8 ? 2 : 4);
    this.#advance(length + 1);
  }

  #integer(): number {
    const tag = this.#byte();
    if (tag < 0x80) return tag;
    if (tag >= 0xe0) return tag - 0x100;
    if (tag >= 0xcc && tag <= 0xcf) return this.#big(1 << (tag - 0xcc));
    if (tag >= 0xd0 && tag <= 0xd3) return this.#signed(1 << (tag - 0xd0));
    this.fail('malformed');
    return 0;
  }

  #signed(size: number): number {
    const high = (this.#bytes[this.offset] ?? 0) & 0x80;
    if (high === 0) return this.#big(size);
    if (size === 8) {
      const upper = this.#big(4) - 2 ** 32;
      return upper * 2 ** 32 + this.#big(4);
    }
    return this.#big(size) - 2 ** (8 * size);
  }

  #rawLength(): number {
    const tag = this.#byte();
    let length = -1;
    if (tag >> 5 === 0b101) length = tag & 0x1f;
    else if (tag === 0xd9 || tag === 0xc4) length = this.#big(1);
    else if (tag === 0xda || tag === 0xc5) length = this.#big(2);
    else if (tag === 0xdb || tag === 0xc6) length = this.#big(4);
    if (length >= 0 && length <= this.#maxRawBytes) return length;
    this.fail(length < 0 ? 'malformed' : 'too_large');
    return 0;
  }

  #fitting(count: number, bytesEach: number): number {
    if (count * bytesEach <= this.remaining) return count;
    this.fail('truncated');
    return 0;
  }

  #byte(): number {
    const byte = this.#bytes[this.offset];
    if (byte === undefined) {
      this.fail('truncated');
      return 0;
    }
    this.offset++;
    return byte;
  }

  #big(size: number): number {
    const start = this.#advance(size);
    if (this.failure !== undefined) return 0;
    let value = 0;
    for (let index = 0; index < size; index++)
      value = value * 256 + (this.#bytes[start + index] ?? 0);
    return value;
  }

  /** @returns where the passed bytes start */
  #advance(length: number): number {
    const start = this.offset;
    if (length > this.remaining) this.fail('truncated');
    else this.offset = start + length;
    return start;
  }
}

/** Names are short and ASCII nearly always; this avoids a call into native code. @returns undefined for anything else */
function asciiText(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > 32) return undefined;
  let text = '';
  for (let index = start; index < end; index++) {
    const byte = bytes[index] as number;
    if (byte >= 0x80) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

const decoder = new TextDecoder();

function utf8Text(bytes: Uint8Array, start: number, length: number): string {
  return decoder.decode(bytes.subarray(start, start + length));
}
