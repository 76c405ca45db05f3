/** A short-lived HTTP/2 connection, for the gRPC and the ping probes. */
import http2 from 'node:http2';
import type { TLSOptions } from './tls-options.ts';

/** A failure before the connection stood, as opposed to one of what was asked over it. */
export class DialError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'DialError';
  }
}

/**
 * Connects, lets `use` work, and destroys the connection, whatever happens.
 *
 * @param tls null for cleartext with prior knowledge
 * @throws DialError, or what `use` throws
 */
export async function withHTTP2<T>(
  host: string,
  port: number,
  tls: TLSOptions | null,
  signal: AbortSignal,
  use: (session: http2.ClientHttp2Session) => Promise<T>,
): Promise<T> {
  const authority = `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const session = http2.connect(authority, tls ?? {});
  const abort = (): void => session.destroy(new Error('aborted'));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    const failed = new Promise<never>((_resolve, reject) => {
      session.on('error', reject);
      session.once('close', () => reject(new Error('connection closed by the peer')));
    });
    // Whichever of the two loses must not become an unhandled rejection.
    failed.catch(() => {});
    await Promise.race([connected(session), failed]).catch((thrown: unknown) => {
      throw new DialError(thrown);
    });
    return await Promise.race([use(session), failed]);
  } finally {
    signal.removeEventListener('abort', abort);
    session.destroy();
  }
}

const connected = (session: http2.ClientHttp2Session): Promise<void> =>
  new Promise((resolve) => session.once('connect', () => resolve()));
