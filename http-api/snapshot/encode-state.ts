/** Frames lines of JSON as `state-format.ts` says, as they come. */
import { KEYED_TYPE, MAX_RECORD_BYTES, OWN_MARK, OWN_VERSION, typeOf } from './state-format.ts';

const NEWLINE = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NO_TYPE = 0;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What every line begins with; the name of its type follows. */
const BEFORE_TYPE = encoder.encode('{"Type":"');
const MAX_TYPE_CHARS = 64;
/** Behind the type: a row's first column is its key. */
const BEFORE_KEY = encoder.encode('","Data":{"key":"');
const KEY = encoder.encode('Key');
const ROW = encoder.encode('Row');

/** @param state lines, cut anywhere; fails as this one does */
export async function* frameState(
  state: AsyncIterable<Uint8Array>,
  index: number,
): AsyncGenerator<Uint8Array> {
  const framer = new Framer();
  framer.header(index);
  let rest: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of state) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const piece = chunk.subarray(start, end);
      framer.line(rest.length === 0 ? piece : join([...rest, piece]));
      rest = [];
      start = end + 1;
    }
    // Once for a chunk: a turn for each line would cost more than its bytes do.
    if (framer.length > 0) yield framer.take();
    if (start === chunk.length) continue;
    rest.push(chunk.slice(start));
    bytes = start > 0 ? chunk.length - start : bytes + chunk.length;
    if (bytes > MAX_RECORD_BYTES) throw new RangeError('a line of the state is too long');
  }
  framer.line(join(rest));
  yield framer.take();
}

export function join(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const whole = new Uint8Array(chunks.reduce((bytes, chunk) => bytes + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

const INITIAL_BYTES = 64 * 1024;
/** Of what stands around a line and its key. */
const MAX_FRAME_BYTES = 64;

class Framer {
  #buffer = new Uint8Array(INITIAL_BYTES);
  length = 0;
  /** The last line up to the end of its type, and the number for that: lines of one type follow one another. */
  #head: Uint8Array = encoder.encode('-');
  #type = NO_TYPE;

  /** What was framed since the last time. */
  take(): Uint8Array {
    const taken = this.#buffer.slice(0, this.length);
    this.length = 0;
    return taken;
  }

  header(index: number): void {
    this.#byte(0x82);
    this.#raw(encoder.encode('LastIndex'));
    this.#byte(0xcf);
    new DataView(this.#buffer.buffer).setBigUint64(this.length, BigInt(index));
    this.length += 8;
    this.#raw(encoder.encode(OWN_MARK));
    this.#byte(OWN_VERSION);
  }

  line(line: Uint8Array): void {
    if (line.length === 0) return;
    this.#reserve(2 * line.length + MAX_FRAME_BYTES);
    if (!startsWith(line, this.#head, 0)) this.#readType(line);
    this.#byte(this.#type);
    if (this.#type === KEYED_TYPE) {
      this.#byte(0x82);
      this.#raw(KEY);
      this.#raw(keyOf(line, this.#head.length - 1));
      this.#raw(ROW);
    }
    this.#raw(line);
  }

  #readType(line: Uint8Array): void {
    const start = BEFORE_TYPE.length;
    const end = Math.max(line.subarray(0, start + MAX_TYPE_CHARS).indexOf(QUOTE, start), start);
    this.#head = line.slice(0, end + 1);
    this.#type = typeOf(decoder.decode(line.subarray(start, end)));
  }

  #byte(value: number): void {
    this.#buffer[this.length++] = value;
  }

  /** Go-msgpack's old form: no str8, and text and bytes are the same. */
  #raw(bytes: Uint8Array): void {
    const { length } = bytes;
    if (length < 32) this.#byte(0xa0 | length);
    else {
      const isLong = length >= 0x1_0000;
      this.#byte(isLong ? 0xdb : 0xda);
      for (let shift = isLong ? 24 : 8; shift >= 0; shift -= 8)
        this.#byte((length >> shift) & 0xff);
    }
    this.#buffer.set(bytes, this.length);
    this.length += length;
  }

  #reserve(bytes: number): void {
    if (this.length + bytes <= this.#buffer.length) return;
    const larger = new Uint8Array(2 * (this.length + bytes));
    larger.set(this.#buffer.subarray(0, this.length));
    this.#buffer = larger;
  }
}

/** The key of a row in UTF-8, empty where the line has another form. @param typeEnd where the quotation mark is */
function keyOf(line: Uint8Array, typeEnd: number): Uint8Array {
  const start = typeEnd + BEFORE_KEY.length;
  if (!startsWith(line, BEFORE_KEY, typeEnd)) return new Uint8Array(0);
  let isEscaped = false;
  let end = start;
  while (end < line.length && line[end] !== QUOTE) {
    if (line[end] === BACKSLASH) isEscaped = true;
    end += line[end] === BACKSLASH ? 2 : 1;
  }
  const text = line.subarray(start, end);
  return isEscaped ? encoder.encode(JSON.parse(`"${decoder.decode(text)}"`) as string) : text;
}

function startsWith(bytes: Uint8Array, start: Uint8Array, at: number): boolean {
  for (let index = 0; index < start.length; index++)
    if (bytes[at + index] !== start[index]) return false;
  return true;
}
