/** Addresses as flags and settings have them. */
import dns from 'node:dns/promises';
import net from 'node:net';
import { splitHostPort } from '../../lib/host-port.ts';
import { CommandError } from '../command.ts';
import type { SocketAddress } from './static-resources.ts';

/** `host:port`, `[::1]:port` or `:port`. @throws CommandError in Go's words */
export function parseAddress(address: string, prefix = ''): SocketAddress {
  const split = splitHostPort(address);
  if (split !== undefined) return split;
  const what = /:.*:/.test(address) ? 'too many colons in address' : 'missing port in address';
  throw new CommandError(`${prefix}address ${address}: ${what}`);
}

/** Envoy takes no names. @throws CommandError when there is no such host */
export async function resolveAddress({ host, port }: SocketAddress): Promise<SocketAddress> {
  if (net.isIP(host) !== 0) return { host, port };
  try {
    const { address } = await dns.lookup(host || '127.0.0.1', { family: 4 });
    return { host: address, port };
  } catch {
    throw new CommandError(`lookup ${host}: no such host`);
  }
}
