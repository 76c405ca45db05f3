/** A short-lived HTTP/2 connection, for the gRPC and the ping probes. */
import http2 from 'node:http2';
import { DialInterrupted, HandshakeError, dial } from './dial.ts';
import { describeNetworkError } from './network-error.ts';
import type { Deadline } from './deadline.ts';
import type { HostPort } from './network-error.ts';
import type { TLSOptions } from './tls-options.ts';

/** A failure before the connection stood, as opposed to one of what was asked over it. */
export class DialError extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'DialError';
  }
}

/** In Go's words. @param address as the definition names it */
export function describeDialError({ cause }: DialError, address: string): string {
  return cause instanceof HandshakeError || cause instanceof DialInterrupted
    ? cause.message
    : describeNetworkError(cause, 'tcp', address);
}

/**
 * Connects, lets `use` work, and destroys the connection, whatever happens. `use` begins before the server has said that it
 * speaks HTTP/2.
 *
 * @param tls null for cleartext with prior knowledge
 * @throws DialError, or what `use` throws
 */
export async function withHTTP2<T>(
  target: HostPort,
  tls: TLSOptions | null,
  deadline: Deadline,
  use: (session: http2.ClientHttp2Session) => Promise<T>,
): Promise<T> {
  const offer = tls === null ? undefined : ['h2'];
  const socket = await dial(target, tls, deadline, offer).catch((thrown: unknown) => {
    throw new DialError(thrown);
  });
  const { host, port } = target;
  const authority = `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const session = http2.connect(authority, { createConnection: () => socket });
  try {
    const failed = new Promise<never>((_resolve, reject) => {
      session.on('error', reject);
      session.once('close', () => reject(new Error('EOF')));
      deadline.onEnd(() => reject(new Error('aborted')));
    });
    // Whichever of the two loses must not become an unhandled rejection.
    failed.catch(() => {});
    return await Promise.race([use(session), failed]);
  } finally {
    session.destroy();
    socket.destroy();
  }
}
