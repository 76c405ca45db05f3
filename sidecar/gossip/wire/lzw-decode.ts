/**
 * Reads what `encodeLZW` or Go's compress/lzw (LSB, literal width 8) wrote.
 *
 * Two passes: the first only adds up lengths, so that a decompression bomb is refused before a byte is allocated for it;
 * the second writes into memory of the right size. A table entry is never stored as text: it is what stands in the output
 * where its prefix was written last, plus the byte that followed.
 */
const CLEAR = 256;
const END = 257;
const MIN_WIDTH = 9;
const MAX_WIDTH = 12;
const MAX_CODES = 1 << MAX_WIDTH;

export type LZWFailure = 'malformed' | 'too_large';

// Both are written before they are read within one call, and no call is interrupted.
const entryBytes = new Uint16Array(MAX_CODES);
const entryStart = new Uint32Array(MAX_CODES);

export function decodeLZW(input: Uint8Array, maxBytes: number): Uint8Array | LZWFailure {
  const bytes = walk(input, maxBytes, undefined);
  if (typeof bytes !== 'number') return bytes;
  const output = Buffer.allocUnsafe(bytes);
  walk(input, maxBytes, output);
  return output;
}

/** @returns the length of the output */
function walk(
  input: Uint8Array,
  maxBytes: number,
  output: Uint8Array | undefined,
): number | LZWFailure {
  let [width, newest, hasLast, lastStart, lastBytes] = [MIN_WIDTH, END, false, 0, 0];
  let [bits, bitCount, next, position] = [0, 0, 0, 0];
  for (;;) {
    while (bitCount < width) {
      if (next >= input.length) return 'malformed';
      bits |= (input[next++] as number) << bitCount;
      bitCount += 8;
    }
    const code = bits & ((1 << width) - 1);
    bits >>>= width;
    bitCount -= width;
    if (code === END) return position;
    if (code === CLEAR) {
      [width, newest, hasLast] = [MIN_WIDTH, END, false];
      continue;
    }
    if (code > newest || (code === newest && code > END && !hasLast)) return 'malformed';
    if (hasLast) {
      // The entry that the encoder made when it wrote the code before this one.
      entryStart[newest] = lastStart;
      entryBytes[newest] = lastBytes + 1;
    }
    const length = code < CLEAR ? 1 : (entryBytes[code] as number);
    if (position + length > maxBytes) return 'too_large';
    if (output !== undefined) emit(output, position, code, length);
    [lastStart, lastBytes, hasLast] = [position, length, true];
    position += length;
    if (++newest < 1 << width) continue;
    if (width < MAX_WIDTH) width++;
    else [newest, hasLast] = [newest - 1, false];
  }
}

function emit(output: Uint8Array, position: number, code: number, length: number): void {
  if (code < CLEAR) {
    output[position] = code;
    return;
  }
  // Forward, byte by byte: the newest entry overlaps what is written here.
  const start = entryStart[code] as number;
  for (let index = 0; index < length; index++) {
    output[position + index] = output[start + index] as number;
  }
}
