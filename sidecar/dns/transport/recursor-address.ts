/** Addresses of recursors as Consul's `recursors` accepts them. */
import { isIPv6 } from 'node:net';

export interface RecursorAddress {
  readonly host: string;
  readonly port: number;
}

const DNS_PORT = 53;

/** @throws Error for an empty host or a port that is none, so that a reload can refuse the configuration. */
export function parseRecursorAddress(text: string): RecursorAddress {
  const bracketed = /^\[(?<host>[^\]]+)\](?::(?<port>\d+))?$/.exec(text);
  const plain = isIPv6(text) ? null : /^(?<host>[^:[\]]+)(?::(?<port>\d+))?$/.exec(text);
  const groups = isIPv6(text) ? { host: text, port: undefined } : (bracketed ?? plain)?.groups;
  const host = groups?.['host'] ?? '';
  const port = Number(groups?.['port'] ?? DNS_PORT);
  if (host === '' || port < 1 || port > 65_535) {
    throw new Error(`Invalid recursor address: ${JSON.stringify(text)}`);
  }
  return { host, port };
}
