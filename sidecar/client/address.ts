/** Where the agent listens, out of `-http-addr` or CONSUL_HTTP_ADDR. */
import { ClientConfigError } from './errors.ts';

export interface AgentAddress {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  /** Set when the address is a Unix socket; host and port then only stand in messages. */
  readonly socketPath?: string;
  /** Put before every path, without a slash at its end: an agent behind a proxy. */
  readonly pathPrefix: string;
}

export const DEFAULT_AGENT_ADDRESS = '127.0.0.1:8500';

/**
 * Takes `host:port`, `http://host:port/prefix`, `https://...` and `unix:///path`.
 *
 * @param scheme what an address without a scheme means (CONSUL_HTTP_SSL)
 */
export function parseAgentAddress(text: string, scheme: 'http' | 'https'): AgentAddress {
  const separator = text.indexOf('://');
  const given = separator < 0 ? scheme : text.slice(0, separator);
  const rest = separator < 0 ? text : text.slice(separator + 3);
  if (given === 'unix') {
    return { scheme, host: 'localhost', port: 80, socketPath: rest, pathPrefix: '' };
  }
  if (given !== 'http' && given !== 'https') {
    throw new ClientConfigError(`Unknown protocol scheme: ${given}`);
  }
  const slash = rest.indexOf('/');
  const authority = slash < 0 ? rest : rest.slice(0, slash);
  const pathPrefix = slash < 0 ? '' : rest.slice(slash).replace(/\/+$/, '');
  return { scheme: given, ...parseAuthority(authority, given), pathPrefix };
}

function parseAuthority(text: string, scheme: 'http' | 'https'): { host: string; port: number } {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d*))?$/.exec(text);
  // A bare IPv6 address has more colons than a port needs.
  if (match === null) return { host: text, port: defaultPort(scheme) };
  const host = match[1]!.replace(/^\[|\]$/g, '') || '127.0.0.1';
  const port = match[2] === undefined || match[2] === '' ? defaultPort(scheme) : Number(match[2]);
  if (port > 65_535) throw new ClientConfigError(`invalid port in address "${text}"`);
  return { host, port };
}

function defaultPort(scheme: 'http' | 'https'): number {
  return scheme === 'https' ? 443 : 80;
}

/** The URL that error messages show. */
export function renderAgentURL(address: AgentAddress, path: string): string {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const port = address.port === defaultPort(address.scheme) ? '' : `:${address.port}`;
  return `${address.scheme}://${host}${port}${path}`;
}
