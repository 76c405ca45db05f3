/** Resource records as the resolver makes them (RFC 1035 section 3.2, RFC 2782, RFC 3596). TTLs are seconds. */
import { RecordType } from './codes.ts';

interface RecordHeader {
  /** Dotted, with a final dot, spelled as it shall appear. */
  readonly name: string;
  readonly ttl: number;
}

export interface AddressRecord extends RecordHeader {
  readonly type: typeof RecordType.A | typeof RecordType.AAAA;
  /** 4 bytes for A, 16 for AAAA. */
  readonly address: Uint8Array;
}

/** NS, CNAME, PTR: the data is one name, which may be compressed. */
export interface NameRecord extends RecordHeader {
  readonly type: typeof RecordType.NS | typeof RecordType.CNAME | typeof RecordType.PTR;
  readonly target: string;
}

export interface SRVRecord extends RecordHeader {
  readonly type: typeof RecordType.SRV;
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

export interface TXTRecord extends RecordHeader {
  readonly type: typeof RecordType.TXT;
  /** Written in chunks of 255 bytes when longer, which Consul cannot answer at all. */
  readonly text: string;
}

/** The serial is the time of the answer in Unix seconds: the writer leaves it zero and says where it stands. */
export interface SOARecord extends RecordHeader {
  readonly type: typeof RecordType.SOA;
  readonly nameServer: string;
  readonly mailbox: string;
  readonly refreshSeconds: number;
  readonly retrySeconds: number;
  readonly expireSeconds: number;
  readonly minimumTTLSeconds: number;
}

export type ResourceRecord = AddressRecord | NameRecord | SRVRecord | TXTRecord | SOARecord;

/** A for four bytes, AAAA for sixteen. */
export function addressRecord(name: string, ttl: number, address: Uint8Array): AddressRecord {
  return { name, ttl, address, type: address.length === 4 ? RecordType.A : RecordType.AAAA };
}
