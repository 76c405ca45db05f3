/**
 * Reading what a recursor sent: just enough to match it with the query and to take over addresses and aliases.
 * The bytes are as little trusted as those of a client.
 */
import { HEADER_BYTES, HeaderFlag, RecordType } from './codes.ts';
import { joinLabels, lowerCase, MalformedMessageError, readName } from './name.ts';
import { addressRecord } from './record.ts';
import type { ResourceRecord } from './record.ts';

/** Aliases and addresses that one response may contribute. */
const MAX_RECORDS = 128;

/**
 * Whether `response` answers `query`: same id, and the same question, letter case aside (RFC 5452 section 9.1).
 * Both begin at their header; the query has exactly one question.
 */
export function answersQuery(response: Uint8Array, query: Uint8Array): boolean {
  if (response.length < HEADER_BYTES || (response[2]! & 0x80) === 0) return false;
  if (response[0] !== query[0] || response[1] !== query[1]) return false;
  try {
    return questionKey(response) === questionKey(query);
  } catch (error) {
    if (error instanceof MalformedMessageError) return false;
    throw error;
  }
}

export function responseCode(response: Uint8Array): number {
  return response[3]! & 0x0f;
}

export function isTruncated(response: Uint8Array): boolean {
  return (((response[2]! << 8) | response[3]!) & HeaderFlag.TC) !== 0;
}

/**
 * The A, AAAA and CNAME records of the answer section, in their order; other types are passed over.
 *
 * @throws MalformedMessageError
 */
export function readAnswers(response: Uint8Array): ResourceRecord[] {
  const view = new DataView(response.buffer, response.byteOffset, response.byteLength);
  if (response.length < HEADER_BYTES) throw new MalformedMessageError('short message');
  let at = HEADER_BYTES;
  for (let left = view.getUint16(4); left > 0; left--) at = readName(response, at).end + 4;
  const records: ResourceRecord[] = [];
  for (let left = view.getUint16(6); left > 0 && records.length < MAX_RECORDS; left--) {
    const { labels, end } = readName(response, at);
    if (end + 10 > response.length) throw new MalformedMessageError('record cut short');
    const dataEnd = end + 10 + view.getUint16(end + 8);
    if (dataEnd > response.length) throw new MalformedMessageError('record data cut short');
    const data = response.subarray(end + 10, dataEnd);
    const header = { name: joinLabels(labels), ttl: view.getUint32(end + 4) };
    const record = readRecord(response, view.getUint16(end), end + 10, data, header);
    if (record) records.push(record);
    at = dataEnd;
  }
  return records;
}

function readRecord(
  response: Uint8Array,
  type: number,
  dataStart: number,
  data: Uint8Array,
  { name, ttl }: { name: string; ttl: number },
): ResourceRecord | undefined {
  if (
    (type === RecordType.A && data.length === 4) ||
    (type === RecordType.AAAA && data.length === 16)
  ) {
    return addressRecord(name, ttl, Uint8Array.from(data));
  }
  if (type !== RecordType.CNAME) return undefined;
  return { type, name, ttl, target: joinLabels(readName(response, dataStart).labels) };
}

/** Name, type and class of the first question, in one comparable string. */
function questionKey(message: Uint8Array): string {
  const { labels, end } = readName(message, HEADER_BYTES);
  if (end + 4 > message.length) throw new MalformedMessageError('question cut short');
  return `${lowerCase(joinLabels(labels))} ${message.subarray(end, end + 4).join('.')}`;
}
