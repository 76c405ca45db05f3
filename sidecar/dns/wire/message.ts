/**
 * Writing an answer (RFC 1035 section 4.1).
 *
 * Names are compressed in owner names and in NS, CNAME, PTR and SOA data; a SRV target is written in full
 * (RFC 2782), yet later names may point into it. Letter case is preserved, so only equal spellings are shared.
 */
import {
  CLASS_INTERNET,
  EDNS_OPTION_CLIENT_SUBNET,
  HEADER_BYTES,
  MAX_TCP_MESSAGE_BYTES,
  RecordType,
} from './codes.ts';
import { isEncodableName } from './name.ts';
import type { EDNS, Question } from './query.ts';
import type { ResourceRecord } from './record.ts';

export interface DNSMessage {
  readonly question: Question;
  /** The header's flag word without its response code. */
  readonly flags: number;
  readonly code: number;
  readonly answer: readonly ResourceRecord[];
  readonly authority: readonly ResourceRecord[];
  readonly additional: readonly ResourceRecord[];
  /** Set to add an OPT record that repeats the client's payload size and subnet. */
  readonly edns?: EDNS | undefined;
  /** For how much of the client's subnet this answer holds (RFC 7871 section 7.2.1); 0: for everybody. */
  readonly subnetScopeBits?: number;
}

export interface EncodedMessage {
  /** The caller owns these bytes. The id is zero. */
  readonly bytes: Buffer;
  /** Offsets of SOA serials, zero as well. */
  readonly serialOffsets: readonly number[];
}

/** Pointers hold 14 bits (RFC 1035 section 4.1.4). */
const MAX_POINTER_OFFSET = 0x3fff;
const MAX_STRING_BYTES = 255;
/** Room for the largest message and for the record that proves it too large. */
const SCRATCH_BYTES = MAX_TCP_MESSAGE_BYTES + 4096;
const scratch = Buffer.allocUnsafe(SCRATCH_BYTES);

/**
 * Records whose names do not fit the wire form are left out, so one odd node name spoils one record only.
 *
 * @returns undefined when the message exceeds 65,535 bytes.
 */
export function encodeMessage(message: DNSMessage, compress = true): EncodedMessage | undefined {
  const writer = new MessageWriter(compress);
  const fits = writer.message(message);
  return fits ? writer.finish() : undefined;
}

/** The length that `message` would have, or Infinity when it exceeds 65,535 bytes. */
export function encodedLength(message: DNSMessage, compress = true): number {
  const writer = new MessageWriter(compress);
  return writer.message(message) ? writer.length : Number.POSITIVE_INFINITY;
}

/** One message in the module's scratch buffer: only one writer may be in use at a time, which synchronous use ensures. */
class MessageWriter {
  length = HEADER_BYTES;
  readonly #compress: boolean;
  readonly #offsets = new Map<string, number>();
  readonly #serialOffsets: number[] = [];
  #questionName = '';

  constructor(compress: boolean) {
    this.#compress = compress;
  }

  message(message: DNSMessage): boolean {
    const { question, answer, authority, additional, edns } = message;
    this.#questionName = question.name;
    this.#name(question.name, false);
    this.#word(question.type);
    this.#word(question.class);
    const counts: number[] = [];
    for (const section of [answer, authority, additional]) {
      let written = 0;
      for (const record of section) {
        if (this.#record(record)) written++;
        if (this.length > MAX_TCP_MESSAGE_BYTES) return false;
      }
      counts.push(written);
    }
    if (edns) this.#opt(edns, message.subnetScopeBits ?? 0);
    this.#header(message, counts as [number, number, number]);
    return this.length <= MAX_TCP_MESSAGE_BYTES;
  }

  finish(): EncodedMessage {
    return {
      bytes: Buffer.from(scratch.subarray(0, this.length)),
      serialOffsets: this.#serialOffsets,
    };
  }

  #header(
    message: DNSMessage,
    [answers, authorities, additionals]: [number, number, number],
  ): void {
    const words = [0, message.flags | message.code, 1, answers, authorities];
    words.push(additionals + (message.edns ? 1 : 0));
    words.forEach((word, index) => scratch.writeUInt16BE(word, index * 2));
  }

  #record(record: ResourceRecord): boolean {
    // The question's own name came from the wire, so it fits.
    if (record.name !== this.#questionName && !isEncodableName(record.name)) return false;
    if (!isDataWritable(record)) return false;
    this.#name(record.name, this.#compress);
    this.#word(record.type);
    this.#word(CLASS_INTERNET);
    this.#long(record.ttl);
    const lengthAt = this.length;
    this.length += 2;
    this.#data(record);
    scratch.writeUInt16BE(this.length - lengthAt - 2, lengthAt);
    return true;
  }

  #data(record: ResourceRecord): void {
    switch (record.type) {
      case RecordType.A:
      case RecordType.AAAA:
        scratch.set(record.address, this.length);
        this.length += record.address.length;
        return;
      case RecordType.SRV:
        this.#word(record.priority);
        this.#word(record.weight);
        this.#word(record.port);
        this.#name(record.target, false);
        return;
      case RecordType.TXT:
        this.#text(record.text);
        return;
      case RecordType.SOA:
        this.#name(record.nameServer, this.#compress);
        this.#name(record.mailbox, this.#compress);
        this.#serialOffsets.push(this.length);
        this.#long(0);
        this.#long(record.refreshSeconds);
        this.#long(record.retrySeconds);
        this.#long(record.expireSeconds);
        this.#long(record.minimumTTLSeconds);
        return;
      default:
        this.#name(record.target, this.#compress);
    }
  }

  /** RFC 6891 section 6.1.2: the class field carries the payload size, the owner is the root. */
  #opt(edns: EDNS, scopeBits: number): void {
    scratch[this.length++] = 0;
    this.#word(RecordType.OPT);
    this.#word(edns.udpPayloadBytes);
    this.#long(0);
    const subnet = edns.clientSubnet?.bytes;
    if (!subnet) {
      this.#word(0);
      return;
    }
    this.#word(subnet.length + 4);
    this.#word(EDNS_OPTION_CLIENT_SUBNET);
    this.#word(subnet.length);
    scratch.set(subnet, this.length);
    scratch[this.length + 3] = scopeBits;
    this.length += subnet.length;
  }

  #name(name: string, compressible: boolean): void {
    let rest = name === '.' ? '' : name;
    while (rest !== '') {
      const known = this.#offsets.get(rest);
      if (known !== undefined && compressible) {
        this.#word(0xc000 | known);
        return;
      }
      if (known === undefined && this.length <= MAX_POINTER_OFFSET) {
        this.#offsets.set(rest, this.length);
      }
      const dot = rest.indexOf('.');
      this.#label(rest.slice(0, dot));
      rest = rest.slice(dot + 1);
    }
    scratch[this.length++] = 0;
  }

  #label(label: string): void {
    const text = label.includes('\\') ? unescapeLabel(label) : Buffer.from(label);
    scratch[this.length] = text.length;
    scratch.set(text, this.length + 1);
    this.length += text.length + 1;
  }

  #text(text: string): void {
    const bytes = Buffer.from(text);
    // An empty text is one empty string: TXT data must not be empty (RFC 1035 section 3.3.14).
    for (let at = 0; at === 0 || at < bytes.length; at += MAX_STRING_BYTES) {
      const chunk = bytes.subarray(at, at + MAX_STRING_BYTES);
      scratch[this.length] = chunk.length;
      scratch.set(chunk, this.length + 1);
      this.length += chunk.length + 1;
    }
  }

  #word(value: number): void {
    scratch[this.length] = value >> 8;
    scratch[this.length + 1] = value & 0xff;
    this.length += 2;
  }

  #long(value: number): void {
    scratch.writeUInt32BE(value, this.length);
    this.length += 4;
  }
}

/** Larger texts would leave the scratch buffer; node metadata is limited to 512 bytes a value anyway. */
const MAX_TEXT_CHARS = 1024;

function isDataWritable(record: ResourceRecord): boolean {
  if (record.type === RecordType.TXT) return record.text.length <= MAX_TEXT_CHARS;
  return !('target' in record) || isEncodableName(record.target);
}

/** `\046` stands for the byte 46. A backslash before anything else stands for itself. */
function unescapeLabel(label: string): Buffer {
  return Buffer.from(
    label.replace(/\\(\d{3})/g, (_, digits: string) => String.fromCharCode(Number(digits))),
    'latin1',
  );
}
