/**
 * Outputs of checks are bounded: they are stored in the catalog and travel with every health
 * answer.
 */

/**
 * Keeps the last `maxBytes` bytes of a stream: the end of an output says more than its start
 * (Consul uses a circular buffer in the same way).
 */
export class TailBuffer {
  readonly #maxBytes: number;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #totalBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Uint8Array): void {
    this.#totalBytes += chunk.length;
    this.#kept.push(Buffer.from(chunk));
    this.#keptBytes += chunk.length;
    // Joining only once twice the limit is held keeps the cost linear in the length of the stream.
    if (this.#keptBytes > 2 * this.#maxBytes) this.#compact();
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** The kept end, read as UTF-8; a character that was cut becomes U+FFFD. */
  text(): string {
    this.#compact();
    return (this.#kept[0] ?? Buffer.alloc(0)).toString('utf8');
  }

  #compact(): void {
    const joined = Buffer.concat(this.#kept);
    const tail = joined.subarray(Math.max(0, joined.length - this.#maxBytes));
    this.#kept = [Buffer.from(tail)];
    this.#keptBytes = tail.length;
  }
}

/**
 * A script's output: whole when it fits, otherwise its end under a line that says how much was
 * dropped.
 */
export function renderScriptOutput(buffer: TailBuffer, maxBytes: number): string {
  const total = buffer.totalBytes;
  const text = buffer.text();
  return total > maxBytes ? `Captured ${maxBytes} of ${total} bytes\n...\n${text}` : text;
}

/** A reported output: its start, since the reporter chose what to say first. */
export function cutReportedOutput(output: string, maxBytes: number): string {
  const bytes = Buffer.from(output, 'utf8');
  if (bytes.length <= maxBytes) return output;
  const start = bytes.subarray(0, maxBytes).toString('utf8');
  return `${start} ... (captured ${maxBytes} of ${bytes.length} bytes)`;
}
