/** Opens the connections of checks, with or without TLS. */
import net from 'node:net';
import tls from 'node:tls';
import { describeRefusal, describeTLSFailure } from './tls-failure.ts';
import type { Deadline } from './deadline.ts';
import type { HostPort } from './network-error.ts';
import type { TLSOptions } from './tls-options.ts';

/** The connection stood, but not the TLS on it. The message is Go's: `tls: ...`. */
export class HandshakeError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'HandshakeError';
  }
}

/** The deadline came first. */
export class DialInterrupted extends Error {
  /** Whether TCP stood, so that it was TLS which did not come about. */
  readonly isConnected: boolean;

  constructor(isConnected: boolean) {
    super('context deadline exceeded');
    this.name = 'DialInterrupted';
    this.isConnected = isConnected;
  }
}

/**
 * The caller owns the socket, whose later errors are swallowed unless it listens for them: a socket that fails on its way
 * out concerns nobody.
 *
 * @param options null for plain TCP
 * @param protocols what to offer by ALPN
 * @throws HandshakeError, DialInterrupted, or the system's error
 */
export function dial(
  { host, port }: HostPort,
  options: TLSOptions | null,
  deadline: Deadline,
  protocols?: string[],
): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = options === null ? net.connect({ host, port }) : connectTLS();
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const isBefore = ['connect', 'getaddrinfo'].includes(error.syscall ?? '');
      reject(options === null || isBefore ? error : new HandshakeError(describeTLSFailure(error)));
    });
    if (options === null) socket.once('connect', () => resolve(socket));
    deadline.onEnd(() => {
      reject(new DialInterrupted(!socket.connecting));
      socket.destroy();
    });

    function connectTLS(): tls.TLSSocket {
      const name = options!.servername ?? host;
      const secure = tls.connect({
        ...options,
        host,
        port,
        // An address is expected in the certificate, but is no name to ask for (RFC 6066, section 3).
        servername: net.isIP(name) ? '' : name,
        checkServerIdentity: (_, certificate) => tls.checkServerIdentity(name, certificate),
        // Judged below, where the certificate can still be read.
        rejectUnauthorized: false,
        ...(protocols && { ALPNProtocols: protocols }),
      });
      secure.once('secureConnect', () => {
        if (secure.authorized || !options!.rejectUnauthorized) return resolve(secure);
        reject(new HandshakeError(describeRefusal(secure, name)));
        secure.destroy();
      });
      return secure;
    }
  });
}
