/**
 * Queries and answers in the tests. Queries are written by hand, so that malformed ones can be; answers are read by
 * dns-packet, which knows nothing of our own writer.
 */
import { decode } from 'dns-packet';
import type { Answer } from 'dns-packet';

export const TYPES: Record<string, number> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  AXFR: 252,
  ANY: 255,
};

export interface QuerySpec {
  readonly id?: number;
  readonly flags?: number;
  /** QDCOUNT, ANCOUNT, NSCOUNT, ARCOUNT; by default what the rest needs. */
  readonly counts?: readonly number[];
  /** UDP payload size; undefined for no OPT record. */
  readonly edns?: number;
  /** EDNS options in hex. */
  readonly ednsOptions?: string;
}

/** `name` is dotted; a type is a name of TYPES, or `TYPE1234` (RFC 3597). */
export function makeQuery(name: string, type = 'A', spec: QuerySpec = {}): Buffer {
  const { id = 0x1234, flags = 0x0100, edns, ednsOptions = '' } = spec;
  const labels = name.split('.').filter((label) => label !== '');
  const wire = labels.flatMap((label) => [
    Buffer.from([Buffer.byteLength(label)]),
    Buffer.from(label),
  ]);
  const words = [id, flags, ...(spec.counts ?? [1, 0, 0, edns === undefined ? 0 : 1])];
  const question = Buffer.concat([...wire, Buffer.from([0]), toWords([typeNumber(type), 1])]);
  const options = Buffer.from(ednsOptions, 'hex');
  const opt =
    edns === undefined
      ? []
      : [Buffer.from([0]), toWords([41, edns, 0, 0, options.length]), options];
  return Buffer.concat([toWords(words), question, ...opt]);
}

function typeNumber(type: string): number {
  return TYPES[type] ?? Number(type.replace('TYPE', ''));
}

export interface ReadAnswer {
  readonly rcode: string;
  /** Of `aa tc rd ra`, those that are set. */
  readonly flags: string;
  readonly answer: string[];
  readonly authority: string[];
  readonly additional: string[];
}

/** Records as lines of text, sorted, since the order is random. SOA serials are left out. */
export function readAnswer(packet: Buffer): ReadAnswer {
  const decoded = decode(packet);
  const { flag_aa, flag_tc, flag_rd, flag_ra } = decoded as unknown as Record<string, boolean>;
  const flags = [flag_aa && 'aa', flag_tc && 'tc', flag_rd && 'rd', flag_ra && 'ra'];
  return {
    rcode: (decoded as unknown as { rcode: string }).rcode,
    flags: flags.filter(Boolean).join(' '),
    answer: lines(decoded.answers),
    authority: lines(decoded.authorities),
    additional: lines(decoded.additionals),
  };
}

function lines(records: Answer[] | undefined): string[] {
  return (records ?? []).map(line).toSorted();
}

function line(record: Answer): string {
  if (record.type === 'OPT') return `OPT ${record.udpPayloadSize}`;
  const head = `${record.name} ${record.ttl} ${record.type}`;
  switch (record.type) {
    case 'SRV': {
      const { priority, weight, port, target } = record.data;
      return `${head} ${priority} ${weight} ${port} ${target}`;
    }
    case 'SOA': {
      const { mname, rname, refresh, retry, expire, minimum } = record.data;
      return `${head} ${mname} ${rname} ${refresh} ${retry} ${expire} ${minimum}`;
    }
    case 'TXT':
      return `${head} ${[record.data].flat().map(String).join('|')}`;
    default:
      return `${head} ${String(record.data)}`;
  }
}

function toWords(words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(words.length * 2);
  words.forEach((word, index) => bytes.writeUInt16BE(word, index * 2));
  return bytes;
}
