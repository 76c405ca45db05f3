/** Queries written by hand, so that every bit of them can be chosen, and answers read into comparable text. */
import { decode } from 'dns-packet';
import type { Answer } from 'dns-packet';

export const TYPES: Record<string, number> = {
  A: 1,
  NS: 2,
  CNAME: 5,
  SOA: 6,
  PTR: 12,
  HINFO: 13,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  SRV: 33,
  HTTPS: 65,
  AXFR: 252,
  ANY: 255,
};

export interface QuerySpec {
  readonly flags?: number;
  readonly class?: number;
  /** UDP payload size; undefined for no OPT record. */
  readonly edns?: number;
  readonly ednsVersion?: number;
  readonly ednsFlags?: number;
  /** In hex. */
  readonly ednsOptions?: string;
}

/** `name` is dotted; empty for the root. The id is 0: the sender sets it. */
export function makeQuery(name: string, type: string, spec: QuerySpec = {}): Buffer {
  return makeQueryOf(
    name.split('.').filter((label) => label !== ''),
    type,
    spec,
  );
}

/** As `makeQuery`, of labels that may hold any byte: each character is one. */
export function makeQueryOf(labels: readonly string[], type: string, spec: QuerySpec = {}): Buffer {
  const { flags = 0x0100, edns } = spec;
  const wire = labels.map((label) =>
    Buffer.from(String.fromCharCode(label.length) + label, 'latin1'),
  );
  const header = words([0, flags, 1, 0, 0, edns === undefined ? 0 : 1]);
  const question = words([TYPES[type]!, spec.class ?? 1]);
  return Buffer.concat([header, ...wire, Buffer.from([0]), question, makeOPT(spec)]);
}

function makeOPT(spec: QuerySpec): Buffer {
  if (spec.edns === undefined) return Buffer.alloc(0);
  const options = Buffer.from(spec.ednsOptions ?? '', 'hex');
  const extended = (spec.ednsVersion ?? 0) & 0xff;
  const head = words([41, spec.edns, extended, spec.ednsFlags ?? 0, options.length]);
  return Buffer.concat([Buffer.from([0]), head, options]);
}

function words(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16BE(value, index * 2));
  return bytes;
}

/** An answer's sections as text; records are sorted, since their order is random. */
export interface ReadMessage {
  /** Every header bit but the id, in hex. */
  readonly flags: string;
  /** As the bytes came, in hex: case and all. */
  readonly question: string;
  readonly answer: readonly string[];
  readonly authority: readonly string[];
  readonly additional: readonly string[];
}

export function readMessage(packet: Buffer): ReadMessage {
  const decoded = decode(packet);
  return {
    flags: packet.readUInt16BE(2).toString(16).padStart(4, '0'),
    question: JSON.stringify(decoded.questions),
    answer: lines(decoded.answers),
    authority: lines(decoded.authorities),
    additional: lines(decoded.additionals),
  };
}

function lines(records: Answer[] | undefined): string[] {
  return (records ?? []).map(line).toSorted();
}

function line(record: Answer): string {
  if (record.type === 'OPT') {
    const { udpPayloadSize, extendedRcode, ednsVersion, flags, options } = record;
    const named = options.map((o) => `${o.code}:${Buffer.from(o.data ?? []).toString('hex')}`);
    return `OPT ${udpPayloadSize} ${extendedRcode} ${ednsVersion} ${flags} ${named.join(' ')}`;
  }
  const data = 'data' in record ? record.data : undefined;
  const head = `${record.name} ${record.ttl} ${'class' in record ? record.class : ''} ${record.type}`;
  if (record.type === 'TXT') return `${head} ${[record.data].flat().map(String).join('|')}`;
  // The serial is the time.
  if (record.type === 'SOA') return `${head} ${JSON.stringify({ ...record.data, serial: 0 })}`;
  return `${head} ${JSON.stringify(data)}`;
}
