import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import type { ConfigHost } from '../config-host.ts';

/** RFC 6890: networks that are not routed on the Internet (as in Consul's ipaddr/detect.go). */
const PRIVATE_NETWORKS: readonly (readonly [string, number])[] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['::1', 128],
  ['fe80::', 10],
  ['fc00::', 7],
  ['fec0::', 10],
  ['2001:db8::', 32],
];

const privateNetworks = new BlockList();
for (const [network, bits] of PRIVATE_NETWORKS) {
  privateNetworks.addSubnet(network, bits, isIPv6(network) ? 'ipv6' : 'ipv4');
}

export function isPrivateAddress(address: string): boolean {
  return privateNetworks.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/**
 * The address in the one form that Go prints; undefined when it is none. `[::]` is taken for `::`.
 */
export function normalizeIPAddress(text: string): string | undefined {
  const bare = text === '[::]' ? '::' : text;
  if (isIPv4(bare)) return bare;
  if (!isIPv6(bare) || bare.includes('%')) return undefined;
  return new URL(`http://[${bare}]`).hostname.slice(1, -1);
}

export function isAnyAddress(address: string): boolean {
  return address === '0.0.0.0' || address === '::' || address === '[::]';
}

/** Whether this is `address/bits`. */
export function isCIDR(text: string): boolean {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(text.trim());
  if (match === null) return false;
  const family = isIP(match[1]!);
  return family !== 0 && Number(match[2]) <= (family === 4 ? 32 : 128);
}

/**
 * IPv4 addresses of private networks; those of loopback only where a host has no other interface.
 */
export function privateIPv4Addresses(host: ConfigHost): string[] {
  const all = host.interfaceAddresses();
  const outward = all.filter((entry) => !entry.loopback);
  return (outward.length > 0 ? outward : all)
    .filter(({ family, address }) => family === 4 && isPrivateAddress(address))
    .map(({ address }) => address);
}

export function publicIPv6Addresses(host: ConfigHost): string[] {
  return host
    .interfaceAddresses()
    .filter(({ family, address }) => family === 6 && !isPrivateAddress(address))
    .map(({ address }) => address);
}
