/** Request bodies with a bound that holds before memory is spent. */
import { HTTPError } from './http-error.ts';

/** @throws HTTPError 413 with Consul's wording, and the key that raises the bound */
export function refuseTooLarge(bytes: number, maxBytes: number, limitName = 'http_max_body'): void {
  if (bytes <= maxBytes) return;
  throw new HTTPError(
    413,
    `Request body(${bytes} bytes) too large, max size: ${maxBytes} bytes. ` +
      `The agent's configuration raises it with limits.${limitName}.`,
  );
}

/**
 * What is read of a body that is refused anyway: a connection that is closed over unread bytes is reset, and its sender
 * never gets to see the refusal. Beyond this the sender is on his own.
 */
const MAX_DRAINED_BYTES = 8 * 1024 * 1024;

/** Takes the pieces of a body of unknown length; what is too much is dropped as it comes. */
export class BodyCollector {
  readonly #maxBytes: number;
  readonly #limitName: string | undefined;
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  constructor(maxBytes: number, limitName?: string) {
    this.#maxBytes = maxBytes;
    this.#limitName = limitName;
  }

  /** @returns false when it is so much that nothing more should be read */
  take(chunk: Uint8Array): boolean {
    this.#length += chunk.length;
    if (this.#length <= this.#maxBytes) this.#parts.push(chunk);
    else this.#parts.length = 0;
    return this.#length <= this.#maxBytes + MAX_DRAINED_BYTES;
  }

  /** @throws HTTPError 413 */
  whole(): Uint8Array {
    refuseTooLarge(this.#length, this.#maxBytes, this.#limitName);
    if (this.#parts.length === 1) return this.#parts[0]!;
    const whole = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

/** The whole of a stream. @throws HTTPError 413 */
export async function readBounded(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  limitName?: string,
): Promise<Uint8Array> {
  const body = new BodyCollector(maxBytes, limitName);
  for await (const chunk of chunks) if (!body.take(chunk)) break;
  return body.whole();
}
