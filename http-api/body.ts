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

/** A body of unknown length. @throws HTTPError 413 as soon as it is too long */
export async function readBounded(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  limitName?: string,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    refuseTooLarge(length, maxBytes, limitName);
    parts.push(chunk);
  }
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
