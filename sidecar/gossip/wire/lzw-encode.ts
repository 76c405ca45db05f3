/**
 * LZW as Go's compress/lzw writes it with LSB order and a literal width of 8: codes of 9 to 12 bits, 256 clears the table,
 * 257 ends.
 */
const CLEAR = 256;
const END = 257;
/** Reaching it clears the table; the code itself is never used. */
const MAX_CODE = 4095;
const MIN_WIDTH = 9;

/** Slots of the open hash from (prefix code, byte) to code: four times the codes there are, so chains stay short. */
const TABLE_SLOTS = 1 << 14;

export function encodeLZW(input: Uint8Array): Uint8Array {
  const codes = new CodeWriter(input.length);
  newTable();
  // GIF's advice, which Go follows: a stream begins with a clear code.
  codes.write(CLEAR);
  let prefix = -1;
  for (const byte of input) {
    const key = (prefix << 8) | byte;
    const slot = prefix < 0 ? -1 : findSlot(key);
    if (slot < 0) prefix = byte;
    else if (slotStamp[slot] === stamp) prefix = slotCode[slot] as number;
    else {
      codes.write(prefix);
      prefix = byte;
      const code = codes.assign();
      if (code === CLEAR) newTable();
      else fillSlot(slot, key, code);
    }
  }
  if (prefix >= 0) {
    codes.write(prefix);
    codes.assign();
  }
  codes.write(END);
  return codes.finish();
}

// The table is larger than most of what it compresses, so one serves all calls: a stamp tells whether a slot is of this table.
const slotKey = new Int32Array(TABLE_SLOTS);
const slotCode = new Uint16Array(TABLE_SLOTS);
const slotStamp = new Uint32Array(TABLE_SLOTS);
let stamp = 0;

function newTable(): void {
  stamp = (stamp + 1) >>> 0;
  if (stamp !== 0) return;
  slotStamp.fill(0);
  stamp = 1;
}

/** The slot of the key, or the free one where it belongs. */
function findSlot(key: number): number {
  let slot = ((key >> 12) ^ key) & (TABLE_SLOTS - 1);
  while (slotStamp[slot] === stamp && slotKey[slot] !== key) slot = (slot + 1) & (TABLE_SLOTS - 1);
  return slot;
}

function fillSlot(slot: number, key: number, code: number): void {
  slotKey[slot] = key;
  slotCode[slot] = code;
  slotStamp[slot] = stamp;
}

/** Packs codes, least significant bit first, in the width that the decoder expects at that moment. */
class CodeWriter {
  readonly #bytes: Buffer;
  #length = 0;
  #bits = 0;
  #bitCount = 0;
  #width = MIN_WIDTH;
  #last = END;

  constructor(inputBytes: number) {
    // At worst a code of twelve bits for each byte, and clear and end.
    this.#bytes = Buffer.allocUnsafe(inputBytes + (inputBytes >> 1) + 16);
  }

  write(code: number): void {
    this.#bits |= code << this.#bitCount;
    this.#bitCount += this.#width;
    while (this.#bitCount >= 8) {
      this.#bytes[this.#length++] = this.#bits & 0xff;
      this.#bits >>>= 8;
      this.#bitCount -= 8;
    }
  }

  /** @returns the code that the next table entry gets; CLEAR when there are none left and the table was cleared */
  assign(): number {
    this.#last++;
    if (this.#last === 1 << this.#width) this.#width++;
    if (this.#last < MAX_CODE) return this.#last;
    this.write(CLEAR);
    this.#width = MIN_WIDTH;
    this.#last = END;
    return CLEAR;
  }

  finish(): Uint8Array {
    if (this.#bitCount > 0) this.#bytes[this.#length++] = this.#bits & 0xff;
    return this.#bytes.subarray(0, this.#length);
  }
}
