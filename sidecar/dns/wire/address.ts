/**
 * IP addresses between text and bytes: 4 bytes for IPv4, 16 for IPv6.
 *
 * An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) counts as IPv4, as everywhere in Consul (net.IP.To4 in Go).
 */
import { isIPv4, isIPv6 } from 'node:net';

const IPV6_GROUPS = 8;

/** @returns undefined when the text is no IP address, so it is a host name; zones (`fe80::1%eth0`) are refused. */
export function parseAddress(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split('.'), Number);
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const bytes = parseIPv6(text);
  return isMappedIPv4(bytes) ? bytes.subarray(12) : bytes;
}

/** Canonical text (RFC 5952): equal addresses give equal strings, which makes it fit as an index key. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups: number[] = [];
  for (let at = 0; at < 16; at += 2) groups.push((bytes[at]! << 8) | bytes[at + 1]!);
  const [start, length] = longestZeroRun(groups);
  if (length < 2) return renderGroups(groups);
  return `${renderGroups(groups.slice(0, start))}::${renderGroups(groups.slice(start + length))}`;
}

/** The canonical form of any spelling of an address; undefined for a host name. */
export function canonicalAddress(text: string): string | undefined {
  const bytes = parseAddress(text);
  return bytes && formatAddress(bytes);
}

/** `text` has passed isIPv6. */
function parseIPv6(text: string): Uint8Array {
  const [head = '', tail] = text.split('::');
  const front = groupsOf(head);
  const back = tail === undefined ? [] : groupsOf(tail);
  const zeros = Array.from({ length: IPV6_GROUPS - front.length - back.length }, () => 0);
  const bytes = new Uint8Array(16);
  [...front, ...zeros, ...back].forEach((group, index) => {
    bytes[index * 2] = group >> 8;
    bytes[index * 2 + 1] = group & 0xff;
  });
  return bytes;
}

/** The last group of an IPv6 address may be spelled as a dotted IPv4 address and then counts for two. */
function groupsOf(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}

function isMappedIPv4(bytes: Uint8Array): boolean {
  return bytes[10] === 0xff && bytes[11] === 0xff && bytes.subarray(0, 10).every((b) => b === 0);
}

function renderGroups(groups: number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}

function longestZeroRun(groups: number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  for (let start = 0; start < groups.length; start++) {
    let end = start;
    while (groups[end] === 0) end++;
    if (end - start > best[1]) best = [start, end - start];
    if (end > start) start = end;
  }
  return best;
}
