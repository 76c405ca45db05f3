/**
 * Writes MessagePack as go-msgpack's old form has it: text and byte strings are both "raw", there is no str8 and no bin, and
 * whole numbers take their shortest form. Every version of memberlist and Serf reads this.
 */
const INITIAL_BYTES = 1024;

export class MessagePackWriter {
  #buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  reset(): this {
    this.#length = 0;
    return this;
  }

  /** A copy of what was written; the writer can be reset and used again. */
  finish(): Buffer {
    const copy = Buffer.allocUnsafe(this.#length);
    this.#buffer.copy(copy, 0, 0, this.#length);
    return copy;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  /** Bytes as they are, without a header. */
  verbatim(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  nil(): void {
    this.byte(0xc0);
  }

  boolean(value: boolean): void {
    this.byte(value ? 0xc3 : 0xc2);
  }

  /** A whole number from 0 that a double holds exactly. */
  uint(value: number): void {
    if (value < 0x80) this.byte(value);
    else if (value < 0x100) this.#tagged(0xcc, value, 1);
    else if (value < 0x1_0000) this.#tagged(0xcd, value, 2);
    else if (value < 0x1_0000_0000) this.#tagged(0xce, value, 4);
    else this.#tagged(0xcf, value, 8);
  }

  int(value: number): void {
    if (value >= 0) this.uint(value);
    else if (value >= -0x20) this.byte(value & 0xff);
    else if (value >= -0x80) this.#tagged(0xd0, value + 0x100, 1);
    else if (value >= -0x8000) this.#tagged(0xd1, value + 0x1_0000, 2);
    else if (value >= -0x8000_0000) this.#tagged(0xd2, value + 0x1_0000_0000, 4);
    else this.#wide(0xd3, (value - lowWord(value)) / 2 ** 32 + 2 ** 32, lowWord(value));
  }

  float(value: number): void {
    this.#reserve(9);
    this.#buffer[this.#length] = 0xcb;
    this.#buffer.writeDoubleBE(value, this.#length + 1);
    this.#length += 9;
  }

  raw(bytes: Uint8Array): void {
    this.#rawHeader(bytes.length);
    this.verbatim(bytes);
  }

  text(value: string): void {
    const bytes = Buffer.byteLength(value);
    this.#rawHeader(bytes);
    this.#reserve(bytes);
    this.#buffer.write(value, this.#length, bytes, 'utf8');
    this.#length += bytes;
  }

  mapHeader(pairs: number): void {
    if (pairs < 16) this.byte(0x80 | pairs);
    else if (pairs < 0x1_0000) this.#tagged(0xde, pairs, 2);
    else this.#tagged(0xdf, pairs, 4);
  }

  arrayHeader(values: number): void {
    if (values < 16) this.byte(0x90 | values);
    else if (values < 0x1_0000) this.#tagged(0xdc, values, 2);
    else this.#tagged(0xdd, values, 4);
  }

  #rawHeader(bytes: number): void {
    if (bytes < 32) this.byte(0xa0 | bytes);
    else if (bytes < 0x1_0000) this.#tagged(0xda, bytes, 2);
    else this.#tagged(0xdb, bytes, 4);
  }

  #tagged(tag: number, value: number, size: 1 | 2 | 4 | 8): void {
    if (size === 8) return this.#wide(tag, Math.floor(value / 2 ** 32), lowWord(value));
    this.#reserve(1 + size);
    this.#buffer[this.#length++] = tag;
    for (let shift = 8 * (size - 1); shift >= 0; shift -= 8) {
      this.#buffer[this.#length++] = (value >>> shift) & 0xff;
    }
  }

  #wide(tag: number, high: number, low: number): void {
    this.#reserve(9);
    this.#buffer[this.#length] = tag;
    this.#buffer.writeUInt32BE(high, this.#length + 1);
    this.#buffer.writeUInt32BE(low, this.#length + 5);
    this.#length += 9;
  }

  #reserve(bytes: number): void {
    const wanted = this.#length + bytes;
    if (wanted <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(wanted, 2 * this.#buffer.length));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

/** The lower 32 bits in two's complement. */
const lowWord = (value: number): number => ((value % 2 ** 32) + 2 ** 32) % 2 ** 32;
