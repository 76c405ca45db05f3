/**
 * Reading a query (RFC 1035 section 4.1, RFC 6891, RFC 7871). The bytes come from anybody: every offset is checked
 * before it is read, and nothing here allocates more than the packet's own size.
 */
import {
  EDNS_OPTION_CLIENT_SUBNET,
  HEADER_BYTES,
  HeaderFlag,
  OPCODE_MASK,
  OPCODE_QUERY,
  RecordType,
  ResponseCode,
} from './codes.ts';
import { formatAddress } from './address.ts';
import { joinLabels, lowerCase, MalformedMessageError, readName } from './name.ts';

/** More records than these make a packet that is no query (what Consul's DNS library accepts). */
const MAX_ANSWER_RECORDS = 1;
const MAX_AUTHORITY_RECORDS = 1;
const MAX_ADDITIONAL_RECORDS = 2;

export interface Question {
  /** Dotted, in the case of the query, with a final dot. */
  readonly name: string;
  /** The same labels, lower-cased: what is looked up. */
  readonly labels: readonly string[];
  readonly type: number;
  readonly class: number;
  /** Name, type and class as they came, to be repeated in the answer. */
  readonly bytes: Uint8Array;
}

export interface ClientSubnet {
  /** The option's data as it came; byte 3 is the scope, which the answer sets. */
  readonly bytes: Uint8Array;
  readonly sourcePrefixBits: number;
  /** Canonical text of the network's address, the bits beyond the prefix being zero. */
  readonly address: string;
}

export interface EDNS {
  readonly udpPayloadBytes: number;
  readonly clientSubnet: ClientSubnet | undefined;
}

export interface Query {
  readonly id: number;
  /** Opcode, RD and CD are taken over into the answer. */
  readonly flags: number;
  readonly question: Question;
  readonly edns: EDNS | undefined;
}

/** `ignore`: answer nothing at all. `reject`: answer a header with this code (and the question, where it was read). */
export type ParsedQuery =
  | { readonly kind: 'query'; readonly query: Query }
  | { readonly kind: 'ignore' }
  | {
      readonly kind: 'reject';
      readonly code: ResponseCode;
      readonly questionBytes: Uint8Array | undefined;
    };

/** Never throws. */
export function parseQuery(packet: Uint8Array): ParsedQuery {
  // Answering responses would let two servers shout at each other for ever.
  if (packet.length < HEADER_BYTES || (packet[2]! & 0x80) !== 0) return { kind: 'ignore' };
  const flags = word(packet, 2);
  if ((flags & OPCODE_MASK) !== OPCODE_QUERY) return reject(ResponseCode.NOTIMP);
  const [answers, authorities, additionals] = [word(packet, 6), word(packet, 8), word(packet, 10)];
  if (
    word(packet, 4) !== 1 ||
    answers > MAX_ANSWER_RECORDS ||
    authorities > MAX_AUTHORITY_RECORDS ||
    additionals > MAX_ADDITIONAL_RECORDS
  ) {
    return reject(ResponseCode.FORMERR);
  }
  let question: Question | undefined;
  try {
    question = readQuestion(packet);
    const edns = readEDNS(packet, HEADER_BYTES + question.bytes.length, [
      answers + authorities,
      additionals,
    ]);
    return { kind: 'query', query: { id: word(packet, 0), flags, question, edns } };
  } catch (error) {
    if (!(error instanceof MalformedMessageError)) throw error;
    return reject(ResponseCode.FORMERR, question?.bytes);
  }
}

/** Flags that a response takes over from its query (RFC 1035 section 4.1.1, RFC 4035 section 3.2.2). */
export function echoedFlags(flags: number): number {
  return HeaderFlag.QR | (flags & (OPCODE_MASK | HeaderFlag.RD | HeaderFlag.CD));
}

function reject(code: ResponseCode, questionBytes?: Uint8Array): ParsedQuery {
  return { kind: 'reject', code, questionBytes };
}

function readQuestion(packet: Uint8Array): Question {
  const { labels, end, compressed } = readName(packet, HEADER_BYTES);
  // Nothing but the header stands before the question, so there is no name to point at.
  if (compressed) throw new MalformedMessageError('compressed question');
  if (end + 4 > packet.length) throw new MalformedMessageError('question cut short');
  const name = joinLabels(labels);
  return {
    name: labels.length === 0 ? '.' : name,
    labels: labels.map(lowerCase),
    type: word(packet, end),
    class: word(packet, end + 2),
    // A copy: the answer outlives the packet's buffer, which the socket's pool may share.
    bytes: Uint8Array.from(packet.subarray(HEADER_BYTES, end + 4)),
  };
}

/** Walks the records after the question; fewer than announced is accepted, a record cut short is not. */
function readEDNS(
  packet: Uint8Array,
  start: number,
  [before, additionals]: [number, number],
): EDNS | undefined {
  let at = start;
  let edns: EDNS | undefined;
  for (let index = 0; index < before + additionals && at < packet.length; index++) {
    const { end } = readName(packet, at);
    if (end + 10 > packet.length) throw new MalformedMessageError('record cut short');
    const dataStart = end + 10;
    const dataEnd = dataStart + word(packet, end + 8);
    if (dataEnd > packet.length) throw new MalformedMessageError('record data cut short');
    if (index >= before && word(packet, end) === RecordType.OPT) {
      edns ??= {
        udpPayloadBytes: word(packet, end + 2),
        clientSubnet: readClientSubnet(packet.subarray(dataStart, dataEnd)),
      };
    }
    at = dataEnd;
  }
  return edns;
}

function readClientSubnet(options: Uint8Array): ClientSubnet | undefined {
  let found: ClientSubnet | undefined;
  for (let at = 0; at < options.length;) {
    const end = at + 4 + word(options, at + 2);
    if (at + 4 > options.length || end > options.length) {
      throw new MalformedMessageError('EDNS option cut short');
    }
    if (word(options, at) === EDNS_OPTION_CLIENT_SUBNET) {
      found ??= parseClientSubnet(options.subarray(at + 4, end));
    }
    at = end;
  }
  return found;
}

/** RFC 7871 section 6: family, source prefix, scope prefix, then as many address bytes as the prefix needs. */
function parseClientSubnet(data: Uint8Array): ClientSubnet {
  const family = word(data, 0);
  const sourcePrefixBits = data[2] ?? 0;
  const size = family === 1 ? 4 : family === 2 ? 16 : 0;
  if (data.length < 4 || size === 0 || sourcePrefixBits > size * 8 || data.length - 4 > size) {
    throw new MalformedMessageError('bad client subnet option');
  }
  const address = new Uint8Array(size);
  address.set(data.subarray(4));
  return { bytes: Uint8Array.from(data), sourcePrefixBits, address: formatAddress(address) };
}

/** Out-of-range bytes read as zero; callers compare the resulting lengths with the real one. */
function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
