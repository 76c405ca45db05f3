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

/** A body of unknown length; what is too much is dropped as it comes. @throws HTTPError 413 */
export async function readBounded(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  limitName?: string,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length <= maxBytes) parts.push(chunk);
    else parts.length = 0;
    if (length > maxBytes + MAX_DRAINED_BYTES) break;
  }
  refuseTooLarge(length, maxBytes, limitName);
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
