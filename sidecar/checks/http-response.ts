/**
 * Reads one HTTP/1 response (RFC 9112) as it comes, in pieces of any size.
 *
 * For checks only: one request on a connection of its own. Node's client would serve too; it costs 250 us more for each
 * check, five times what the exchange itself needs.
 */
export interface ResponseHead {
  readonly statusCode: number;
  /** Code and reason as the server wrote them. */
  readonly status: string;
  /** Names in lower case; of a repeated field the first counts. */
  readonly headers: ReadonlyMap<string, string>;
}

/** A response that is none, in the words of Go's net/http. */
export class MalformedResponse extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MalformedResponse';
  }
}

/** Cookies and policies of chatty servers take some kilobytes; Go would take a megabyte. */
const MAX_HEAD_BYTES = 256 * 1024;
/** A chunk's size with extensions, or one trailer. */
const MAX_LINE_BYTES = 8 * 1024;
const LF = 0x0a;

type State = 'head' | 'length' | 'to the end' | 'chunk size' | 'chunk' | 'chunk end' | 'trailers';

export class ResponseReader {
  readonly #hasBody: boolean;
  readonly #onBody: (bytes: Buffer) => void;
  #state: State | 'done' = 'head';
  #pending: Buffer = Buffer.alloc(0);
  /** Bytes still to come of the body or of the present chunk. */
  #left = 0;
  head: ResponseHead | undefined;

  /** @param method a response to HEAD has no body, whatever its fields say */
  constructor(method: string, onBody: (bytes: Buffer) => void) {
    this.#hasBody = method !== 'HEAD';
    this.#onBody = onBody;
  }

  get isDone(): boolean {
    return this.#state === 'done';
  }

  /** @throws MalformedResponse; after the head it says that the body ends here */
  push(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    while (this.#state !== 'done' && this.#step());
  }

  /** @returns false when it can say nothing more without more bytes */
  #step(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#readHead();
      case 'length':
      case 'to the end':
      case 'chunk':
        return this.#readBody();
      default:
        return this.#readLine();
    }
  }

  #readHead(): boolean {
    const end = endOfHead(this.#pending);
    if (end === undefined) {
      // What does not begin as a response will not become one.
      const line = this.#pending.indexOf(LF);
      if (line >= 0) parseStatusLine(this.#pending.toString('latin1', 0, line));
      if (this.#pending.length > MAX_HEAD_BYTES)
        throw new MalformedResponse(
          `server response headers exceeded ${MAX_HEAD_BYTES} bytes; aborted`,
        );
      return false;
    }
    const head = parseHead(this.#pending.toString('latin1', 0, end));
    this.#pending = this.#pending.subarray(end);
    // 1xx but 101 are interim: the response follows.
    if (head.statusCode >= 100 && head.statusCode < 200 && head.statusCode !== 101) return true;
    this.#state = this.#bodyOf(head);
    this.head = head;
    return true;
  }

  /** RFC 9112, section 6.3. */
  #bodyOf({ statusCode, headers }: ResponseHead): State | 'done' {
    if (!this.#hasBody || statusCode < 200 || statusCode === 204 || statusCode === 304)
      return 'done';
    if (/\bchunked\s*$/i.test(headers.get('transfer-encoding') ?? '')) return 'chunk size';
    const length = headers.get('content-length');
    if (length === undefined) return 'to the end';
    if (!/^\d{1,15}$/.test(length)) throw new MalformedResponse(`bad Content-Length "${length}"`);
    this.#left = Number(length);
    return this.#left === 0 ? 'done' : 'length';
  }

  #readBody(): boolean {
    const isBounded = this.#state !== 'to the end';
    const taken = isBounded ? this.#pending.subarray(0, this.#left) : this.#pending;
    if (taken.length === 0) return false;
    this.#pending = this.#pending.subarray(taken.length);
    this.#onBody(taken);
    if (!isBounded) return false;
    this.#left -= taken.length;
    if (this.#left === 0) this.#state = this.#state === 'chunk' ? 'chunk end' : 'done';
    return this.#left === 0;
  }

  #readLine(): boolean {
    const end = this.#pending.indexOf(LF);
    if (end < 0) {
      if (this.#pending.length > MAX_LINE_BYTES)
        throw new MalformedResponse('header line too long');
      return false;
    }
    const line = this.#pending.toString('latin1', 0, end).trimEnd();
    this.#pending = this.#pending.subarray(end + 1);
    if (this.#state === 'trailers') {
      if (line === '') this.#state = 'done';
    } else if (this.#state === 'chunk end') {
      if (line !== '') throw new MalformedResponse('malformed chunked encoding');
      this.#state = 'chunk size';
    } else {
      const size = /^([0-9a-f]{1,12})\s*(?:;.*)?$/i.exec(line)?.[1];
      if (size === undefined) throw new MalformedResponse('invalid byte in chunk length');
      this.#left = Number.parseInt(size, 16);
      this.#state = this.#left === 0 ? 'trailers' : 'chunk';
    }
    return true;
  }
}

/** Behind the empty line; lines may end without a carriage return. */
function endOfHead(bytes: Buffer): number | undefined {
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === 0x0d && bytes[at + 2] === LF) return at + 3;
  }
  return undefined;
}

function parseHead(text: string): ResponseHead {
  const [first = '', ...lines] = text.split(/\r?\n/);
  const statusLine = parseStatusLine(first);
  const headers = new Map<string, string>();
  for (const line of lines) {
    if (line === '') break;
    // A line that continues the one before: allowed once, and of no use in the fields that are looked at.
    if (/^[ \t]/.test(line)) continue;
    const colon = line.indexOf(':');
    if (colon < 0) throw new MalformedResponse(`malformed MIME header: missing colon: "${line}"`);
    const name = line.slice(0, colon).toLowerCase();
    if (!headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return { ...statusLine, headers };
}

function parseStatusLine(line: string): { statusCode: number; status: string } {
  const text = line.replace(/\r$/, '');
  const blank = text.indexOf(' ');
  if (blank < 0) throw new MalformedResponse(`malformed HTTP response "${text}"`);
  const status = text.slice(blank + 1).trimStart();
  const [code = ''] = status.split(' ', 1);
  if (!/^\d{3}$/.test(code)) throw new MalformedResponse(`malformed HTTP status code "${code}"`);
  if (!/^HTTP\/\d\.\d$/.test(text.slice(0, blank)))
    throw new MalformedResponse(`malformed HTTP version "${text.slice(0, blank)}"`);
  return { statusCode: Number(code), status };
}
