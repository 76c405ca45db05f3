/** The addresses that `join` takes, as users write them (memberlist's resolveAddr). */
import { isIP } from 'node:net';
import { GossipError } from '../errors.ts';
import type { PeerAddress } from '../transport.ts';
import { canonicalIP } from '../wire/ip-address.ts';

/** Turns a host name into IP addresses. Rejects when it cannot. */
export type Resolver = (host: string) => Promise<readonly string[]>;

const MAX_PORT = 65_535;

export interface HostAddress {
  /** An IP address without brackets, or a name. */
  readonly host: string;
  readonly port: number;
  /** Whom to expect there; empty for whoever it is. */
  readonly name: string;
}

/** @param text `host`, `host:port`, an IPv6 address with or without brackets, each also after `name/` @throws GossipError */
export function parseJoinAddress(text: string, defaultPort: number): HostAddress {
  const slash = text.indexOf('/');
  if (slash === 0) throw new GossipError('invalid_address', 'empty node name provided');
  const name = slash < 0 ? '' : text.slice(0, slash);
  const [, bracketed, plain, digits] =
    /^(?:\[(?<v6>[^\]]*)\]|(?<plain>[^:[\]]*))(?::(?<port>\d+))?$/.exec(text.slice(slash + 1)) ??
    [];
  if (bracketed === undefined && plain === undefined) {
    // More than one colon and no brackets: an IPv6 address without a port.
    const host = text.slice(slash + 1);
    if (isIP(host) === 6) return { host, port: defaultPort, name };
    throw new GossipError('invalid_address', `no address: ${text}`);
  }
  const port = digits === undefined ? defaultPort : Number(digits);
  const host = bracketed ?? plain ?? '';
  if (host === '' || port > MAX_PORT)
    throw new GossipError('invalid_address', `no address: ${text}`);
  return { host, port, name };
}

/** All addresses behind one that a user gave. Rejects with a GossipError `invalid_address`. */
export async function resolveJoinAddress(
  text: string,
  defaultPort: number,
  resolve: Resolver,
): Promise<PeerAddress[]> {
  const { host, port, name } = parseJoinAddress(text, defaultPort);
  const literal = canonicalIP(host);
  if (literal !== undefined) return [{ address: literal, port, name }];
  try {
    const addresses = await resolve(host);
    return addresses.map((address) => ({ address: canonicalIP(address) ?? address, port, name }));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GossipError('invalid_address', reason, { cause });
  }
}
