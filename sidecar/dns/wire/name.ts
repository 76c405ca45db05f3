/**
 * Domain names between wire form and text (RFC 1035 sections 3.1 and 4.1.4, escapes of section 5.1).
 *
 * Text is dotted, ends in a dot and keeps the letters' case. A byte that is no printable ASCII character, a dot or a
 * backslash inside a label is written as an escape (`\046`), so a label can never pass for two.
 */
import { MAX_LABEL_BYTES, MAX_NAME_BYTES } from './codes.ts';

/**
 * A chain of compression pointers longer than this is an attack: an honest name has at most 127 labels, and writers
 * point straight at the first occurrence.
 */
const MAX_POINTERS = 16;

/** Thrown for bytes that are no DNS message; the server answers FORMERR or drops them. */
export class MalformedMessageError extends Error {
  override name = 'MalformedMessageError';
}

export interface ReadName {
  /** Escaped labels in the case of the wire. */
  readonly labels: string[];
  /** Offset of the first byte after the name. */
  readonly end: number;
  /** Whether a pointer was followed. */
  readonly compressed: boolean;
}

/** @throws MalformedMessageError when the name leaves the message, loops, or exceeds 255 bytes. */
export function readName(message: Uint8Array, start: number): ReadName {
  const labels: string[] = [];
  let at = start;
  let end = -1;
  let pointers = 0;
  let bytes = 1;
  for (;;) {
    const length = message[at];
    if (length === undefined) throw new MalformedMessageError('name leaves the message');
    if (length === 0) break;
    if (length >= 0xc0) {
      const low = message[at + 1];
      if (low === undefined || ++pointers > MAX_POINTERS) {
        throw new MalformedMessageError('bad compression pointer');
      }
      if (end < 0) end = at + 2;
      at = ((length & 0x3f) << 8) | low;
      continue;
    }
    bytes += length + 1;
    if (length > MAX_LABEL_BYTES || bytes > MAX_NAME_BYTES || at + 1 + length > message.length) {
      throw new MalformedMessageError('bad label length');
    }
    labels.push(readLabel(message, at + 1, at + 1 + length));
    at += length + 1;
  }
  return { labels, end: end < 0 ? at + 1 : end, compressed: end >= 0 };
}

/** `['web', 'service', 'consul']` to `web.service.consul.`; the root is a lone dot. */
export function joinLabels(labels: readonly string[]): string {
  return `${labels.join('.')}.`;
}

/** Adds the final dot that marks a name as complete. */
export function fullyQualified(name: string): string {
  return name.endsWith('.') ? name : `${name}.`;
}

/** ASCII only, unlike String.toLowerCase: DNS ignores the case of these 26 letters (RFC 4343). */
export function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/**
 * Whether `name` fits a record: no empty label, none above 63 bytes, at most 255 in all.
 *
 * Names of nodes are free text, so a record's target may fail this; such a record is left out of an answer.
 */
export function isEncodableName(name: string): boolean {
  if (name === '.') return true;
  let total = 1;
  for (const label of name.slice(0, -1).split('.')) {
    const bytes = Buffer.byteLength(label);
    if (bytes === 0 || bytes > MAX_LABEL_BYTES) return false;
    total += bytes + 1;
  }
  return total <= MAX_NAME_BYTES;
}

function readLabel(message: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = message[at]!;
    const plain = byte > 0x20 && byte < 0x7f && byte !== 0x2e && byte !== 0x5c;
    text += plain ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`;
  }
  return text;
}
