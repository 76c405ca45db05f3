/** IP addresses between their text and the 4 or 16 bytes that travel. */
import { isIPv4, isIPv6 } from 'node:net';

/**
 * Go's net.IP in canonical text: IPv4 dotted, also when it came as an IPv4-mapped IPv6 address; IPv6 compressed as RFC 5952
 * says.
 *
 * @returns undefined for anything that is not 4 or 16 bytes long
 */
export function renderIP(bytes: Uint8Array): string | undefined {
  if (bytes.length === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`;
  if (bytes.length !== 16) return undefined;
  if (isMapped(bytes)) return renderIP(bytes.subarray(12));
  const groups: number[] = [];
  for (let index = 0; index < 16; index += 2) {
    groups.push(((bytes[index] as number) << 8) | (bytes[index + 1] as number));
  }
  return compress(groups);
}

/** @returns undefined when it is no IP address. A zone (`%eth0`) is dropped: it means nothing to others. */
export function parseIP(text: string): Uint8Array | undefined {
  const plain = text.replace(/%.*$/, '');
  if (isIPv4(plain)) return new Uint8Array(plain.split('.').map(Number));
  if (!isIPv6(plain)) return undefined;
  const bytes = parseIPv6(plain);
  return isMapped(bytes) ? bytes.slice(12) : bytes;
}

/** The one text form by which addresses are compared. @returns undefined when it is no IP address */
export function canonicalIP(text: string): string | undefined {
  const bytes = parseIP(text);
  return bytes === undefined ? undefined : renderIP(bytes);
}

function isMapped(bytes: Uint8Array): boolean {
  for (let index = 0; index < 10; index++) if (bytes[index] !== 0) return false;
  return bytes[10] === 0xff && bytes[11] === 0xff;
}

function compress(groups: readonly number[]): string {
  let [bestStart, bestLength] = [-1, 1];
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > bestLength) [bestStart, bestLength] = [start, end - start];
  }
  const hex = groups.map((group) => group.toString(16));
  if (bestStart < 0) return hex.join(':');
  const [head, tail] = [hex.slice(0, bestStart), hex.slice(bestStart + bestLength)];
  return `${head.join(':')}::${tail.join(':')}`;
}

function parseIPv6(text: string): Uint8Array {
  const embedded = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const hex = embedded === null ? text : `${embedded[1]}${hexOfIPv4(embedded[2] ?? '')}`;
  const [head = '', tail] = hex.split('::');
  const left = groupsOf(head);
  const right = groupsOf(tail ?? '');
  const groups = [
    ...left,
    ...Array.from({ length: 8 - left.length - right.length }, () => 0),
    ...right,
  ];
  return new Uint8Array(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

const groupsOf = (part: string): number[] =>
  part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));

function hexOfIPv4(text: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}
