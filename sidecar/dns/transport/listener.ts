/** What the UDP and the TCP listener have in common. */
import type { Transport } from '../answer/fit.ts';

/**
 * Answers one packet. At once where the answer is cached; a promise, which never rejects, otherwise; undefined for a
 * packet that gets no answer.
 */
export type AnswerPacket = (
  packet: Buffer,
  address: string,
) => Buffer | undefined | Promise<Buffer | undefined>;

export interface ListenAddress {
  /** An IP address. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/** A socket could not be opened: `code` is the system's (EADDRINUSE, EACCES, EADDRNOTAVAIL). */
export class DNSListenError extends Error {
  override name = 'DNSListenError';
  readonly host: string;
  readonly port: number;
  readonly transport: Transport;
  readonly code: string;

  constructor({ host, port }: ListenAddress, transport: Transport, cause: NodeJS.ErrnoException) {
    super(`cannot listen on ${host}:${port} (${transport}): ${cause.code ?? cause.message}`, {
      cause,
    });
    this.host = host;
    this.port = port;
    this.transport = transport;
    this.code = cause.code ?? 'UNKNOWN';
  }
}
