/** What go-sockaddr knows of an interface's address: attributes by name, flags, order. */
import { BlockList, isIPv6 } from 'node:net';
import type { InterfaceAddress } from '../config-host.ts';
import { isPrivateAddress } from './ip-address.ts';

const BITS = { 4: 32, 6: 128 } as const;

/** Undefined for a name that is no attribute of this kind of address. */
export function attributeOf(entry: InterfaceAddress, name: string): string | undefined {
  const { address, family, interfaceName } = entry;
  const bits = prefixOf(entry);
  const [first, last] = networkOf(entry);
  switch (name.toLowerCase()) {
    case 'address':
    case 'host':
      return address;
    case 'name':
      return interfaceName;
    case 'flags':
      return flagsOf(entry).join('|');
    case 'type':
      return `IPv${family}`;
    case 'port':
      return '0';
    case 'string':
      return bits === BITS[family] ? address : `${address}/${bits}`;
    case 'mask_bits':
      return String(bits);
    case 'size':
      return String(last - first + 1n);
    case 'network':
      return formatAddress(first, family);
    case 'netmask':
      return formatAddress(maskOf(entry), family);
    case 'first_usable':
      return formatAddress(hasEdges(entry) ? first + 1n : first, family);
    case 'last_usable':
      return formatAddress(hasEdges(entry) ? last - 1n : last, family);
    case 'broadcast':
      return family === 4 ? formatAddress(last, family) : undefined;
    default:
      return undefined;
  }
}

/** In an IPv4 network of more than two addresses the first and the last are no host's. */
const hasEdges = (entry: InterfaceAddress): boolean => entry.family === 4 && prefixOf(entry) < 31;

export const prefixOf = ({ prefixBits, family }: InterfaceAddress): number =>
  prefixBits ?? BITS[family];

function maskOf(entry: InterfaceAddress): bigint {
  const bits = BITS[entry.family];
  return ((1n << BigInt(bits)) - 1n) ^ ((1n << BigInt(bits - prefixOf(entry))) - 1n);
}

function networkOf(entry: InterfaceAddress): [first: bigint, last: bigint] {
  const first = parseAddress(entry.address) & maskOf(entry);
  return [first, first + (1n << BigInt(BITS[entry.family] - prefixOf(entry))) - 1n];
}

/** The address so many further, or the network's first and so many; it does not leave the family. */
export function shifted(
  entry: InterfaceAddress,
  from: 'address' | 'network',
  by: number,
): InterfaceAddress {
  const base = from === 'address' ? parseAddress(entry.address) : networkOf(entry)[0];
  const mask = (1n << BigInt(BITS[entry.family])) - 1n;
  return { ...entry, address: formatAddress((base + BigInt(by)) & mask, entry.family) };
}

export function parseAddress(address: string): bigint {
  if (!isIPv6(address))
    return address.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
  // The URL parser writes an embedded IPv4 address as groups.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string | undefined): string[] => (text ? text.split(':') : []);
  const [left, right] = [groups(head), groups(tail)];
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array.from({ length: gap }, () => '0'), ...right].reduce(
    (value, group) => (value << 16n) | BigInt(`0x${group}`),
    0n,
  );
}

function formatAddress(value: bigint, family: 4 | 6): string {
  if (family === 4)
    return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((value >> BigInt(112 - 16 * at)) & 0xffffn).toString(16),
  );
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** Networks whose addresses no router passes on (go-sockaddr's list, RFC 6890). */
const unforwardable = new BlockList();
for (const network of [
  '0.0.0.0/8 127.0.0.0/8 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24',
  '203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 ::/128 ::1/128 100::/64 2001:db8::/32 fe80::/10',
].flatMap((line) => line.split(' '))) {
  const [address = '', bits] = network.split('/');
  unforwardable.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
}

export const isForwardable = ({ address, family }: InterfaceAddress): boolean =>
  !unforwardable.check(address, `ipv${family}`);

/** Those that an interface of Node's list has: it names none that is down, and does not tell the others apart. */
function flagsOf({ loopback }: InterfaceAddress): string[] {
  return ['up', ...(loopback ? ['loopback'] : ['broadcast', 'multicast']), 'running'];
}

/** By which `include "flags"` and `exclude "flags"` choose. */
export const FLAGS: Readonly<Record<string, (entry: InterfaceAddress) => boolean>> = {
  up: () => true,
  loopback: ({ loopback }) => loopback,
  broadcast: ({ loopback }) => !loopback,
  multicast: ({ loopback }) => !loopback,
  forwardable: isForwardable,
  'global unicast': ({ address, loopback }) => !loopback && !isLinkLocal(address),
  'link-local unicast': ({ address }) => isLinkLocal(address),
};

const isLinkLocal = (address: string): boolean => /^(169\.254\.|fe[89ab])/i.test(address);

type Order = (a: InterfaceAddress, b: InterfaceAddress, defaultName?: string) => number;

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byFlag = (a: boolean, b: boolean): number => Number(b) - Number(a);

/** By which `sort` orders; addresses and sizes of different families are not compared. */
export const ORDERS: Readonly<Record<string, Order>> = {
  address: (a, b) => {
    if (a.family !== b.family) return 0;
    return byText(hexOf(a.address), hexOf(b.address));
  },
  default: (a, b, name) => byFlag(a.interfaceName === name, b.interfaceName === name),
  name: (a, b) => byText(a.interfaceName, b.interfaceName),
  port: () => 0,
  private: (a, b) => byFlag(isPrivateAddress(a.address), isPrivateAddress(b.address)),
  // Larger networks first: it is the masks that go-sockaddr compares.
  size: (a, b) => (a.family === b.family ? prefixOf(a) - prefixOf(b) : 0),
  type: (a, b) => a.family - b.family,
};

const hexOf = (address: string): string => parseAddress(address).toString(16).padStart(32, '0');
