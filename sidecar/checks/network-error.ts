/** Failures of a connection in the words that Consul's users know from Go's net package. */
import dns from 'node:dns';
import net from 'node:net';

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

/** Node does not say what else it was; mostly it is this. */
const NOT_HTTP2 =
  'http2: failed reading the frame payload, note that the frame header looked like an HTTP/1.1 header';

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
      : target.replace(/:$/, ':0');
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    const { host } = splitHostPort(target);
    // Which server said so, as Go's resolver adds it where it asked one.
    const [server = ''] = dns.getServers();
    const by =
      server === '' || !isDomainName(host)
        ? ''
        : ` on ${net.isIP(server) ? hostPort(server, 53) : server}`;
    return `dial ${network}: lookup ${host}${by}: no such host`;
  }
  // Go names the local port too, with which the output would be another after each run.
  if (code === 'ECONNRESET') return `read ${network} ${at}: read: connection reset by peer`;
  if (code === 'EPIPE') return `write ${network} ${at}: write: broken pipe`;
  const reason = REASONS[code];
  if (reason !== undefined) return `dial ${network} ${at}: ${reason}`;
  if (code.startsWith('ERR_HTTP2')) return NOT_HTTP2;
  return error.message;
}

/** What a server of names is asked for: letters among it, and nothing that no name has. */
const isDomainName = (host: string): boolean => /^[\w.-]+$/.test(host) && /[a-z_]/i.test(host);

/**
 * Node tries all addresses of a name and then throws them together: the first is the one that a
 * user expects.
 */
function firstCause(thrown: unknown): SystemError {
  const error: SystemError = thrown instanceof Error ? thrown : new Error(String(thrown));
  return error.errors?.[0] ?? error;
}

export const hostPort = (host: string, port: number): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** The names of ports that Go knows without a file. */
const NAMED_PORTS: Readonly<Record<string, number>> = {
  domain: 53,
  ftp: 21,
  http: 80,
  https: 443,
  imaps: 993,
  pop3: 110,
  pop3s: 995,
  smtp: 25,
  ssh: 22,
  telnet: 23,
};

/** @throws Error in Go's words, without `dial tcp: `, for what is no address */
export function parseHostPort(text: string, network: 'tcp' | 'udp'): HostPort {
  const { host, port } = splitHostPort(text);
  const fail = (reason: string): Error => new Error(`address ${text}: ${reason}`);
  if (text.startsWith('[') && !text.includes(']')) throw fail("missing ']' in address");
  if (!text.startsWith('[') && host.includes(':')) throw fail('too many colons in address');
  if (port === undefined) throw fail('missing port in address');
  const number = /^[+-]?\d{1,9}$/.test(port) ? Number(port) : NAMED_PORTS[port];
  if (port !== '' && number === undefined)
    throw new Error(`lookup ${network}/${port}: unknown port`);
  if (number !== undefined && (number < 0 || number > 65535))
    throw new Error(`address ${port}: invalid port`);
  // As in Go, an empty host is this machine, and an empty port is 0, where nothing listens.
  return { host: host === '' ? 'localhost' : host, port: number ?? 0 };
}

/**
 * As net.SplitHostPort, but without its complaints: an address without a port gives the port undefined.
 */
function splitHostPort(text: string): { host: string; port: string | undefined } {
  const bracketed = /^\[([^\]]*)\](?::(.*))?/.exec(text);
  if (bracketed !== null) return { host: bracketed[1]!, port: bracketed[2] };
  const at = text.lastIndexOf(':');
  return at < 0
    ? { host: text, port: undefined }
    : { host: text.slice(0, at), port: text.slice(at + 1) };
}
