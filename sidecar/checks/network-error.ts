/** Failures of a connection in the words that Consul's users know from Go's net package. */

interface SystemError extends Error {
  code?: string;
  address?: string;
  port?: number;
  errors?: SystemError[];
}

/** By Node's error code; others keep Node's own message. */
const REASONS: Record<string, string> = {
  ECONNREFUSED: 'connect: connection refused',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  EADDRNOTAVAIL: 'connect: cannot assign requested address',
  ETIMEDOUT: 'i/o timeout',
  ENOENT: 'connect: no such file or directory',
  EACCES: 'connect: permission denied',
  EMFILE: 'socket: too many open files',
};

/**
 * One sentence for a failed connection or exchange.
 *
 * @param target `host:port` as the definition names it, for errors that do not carry the address
 * themselves
 */
export function describeNetworkError(
  thrown: unknown,
  network: 'tcp' | 'udp',
  target: string,
): string {
  const error = firstCause(thrown);
  const code = error.code ?? '';
  const at =
    error.address !== undefined && error.port !== undefined
      ? hostPort(error.address, error.port)
      : target;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `dial ${network}: lookup ${splitHostPort(target).host}: no such host`;
  }
  if (code === 'ECONNRESET') return `read ${network} ${at}: connection reset by peer`;
  if (code === 'EPIPE') return `write ${network} ${at}: broken pipe`;
  const reason = REASONS[code];
  if (reason !== undefined) return `dial ${network} ${at}: ${reason}`;
  if (code.startsWith('ERR_HTTP2')) return 'http2: the server does not speak HTTP/2';
  if (isNotTLS(thrown)) {
    // OpenSSL's own text names its source files, which helps nobody who reads a check.
    return 'tls: first record does not look like a TLS handshake';
  }
  return error.message;
}

/** Whether the peer answered a TLS handshake with something else. */
export function isNotTLS(thrown: unknown): boolean {
  const { code = '' } = thrown as SystemError;
  return code === 'EPROTO' || code.startsWith('ERR_SSL');
}

/**
 * Node tries all addresses of a name and then throws them together: the first is the one that a
 * user expects.
 */
function firstCause(thrown: unknown): SystemError {
  const error: SystemError = thrown instanceof Error ? thrown : new Error(String(thrown));
  return error.errors?.[0] ?? error;
}

const hostPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** @throws Error in Go's words when there is no port in it */
export function parseHostPort(text: string): HostPort {
  const { host, port } = splitHostPort(text);
  if (port === '') throw new Error(`address ${text}: missing port in address`);
  const number = Number(port);
  if (!/^\d{1,5}$/.test(port) || number > 65535) throw new Error(`address ${port}: invalid port`);
  // As in Go, an empty host is this machine.
  return { host: host === '' ? 'localhost' : host, port: number };
}

/**
 * As net.SplitHostPort, but without its complaints: an address without a port gives the port ''.
 */
function splitHostPort(text: string): { host: string; port: string } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (bracketed !== null) return { host: bracketed[1]!, port: bracketed[2] ?? '' };
  const at = text.lastIndexOf(':');
  return at < 0 ? { host: text, port: '' } : { host: text.slice(0, at), port: text.slice(at + 1) };
}
