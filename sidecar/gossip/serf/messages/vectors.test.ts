/** Bytes that real Serfs sent: each decodes, and encodes to what a real Serf reads as the same. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeConflictResponse } from './conflict.ts';
import { decodeCoordinatePayload, encodeCoordinatePayload } from './coordinate-payload.ts';
import { decodeFilter, encodeFilter } from './filters.ts';
import { decodeJoin, decodeLeave, encodeJoin, encodeLeave } from './intents.ts';
import { decodeKeyResponse, encodeKeyResponse } from './keys.ts';
import { decodePushPull, encodePushPull } from './push-pull.ts';
import { decodeQuery, decodeQueryResponse, encodeQuery, encodeQueryResponse } from './query.ts';
import { decodeRelay, encodeRelay } from './relay.ts';
import { decodeTags, encodeTags } from './tags.ts';
import { decodeUserEvent, encodeUserEvent } from './user-event.ts';

interface Codec {
  decode(bytes: Uint8Array): unknown;
  /** Absent where this side never writes it. */
  encode?(value: never): Uint8Array;
}

const CODECS: Record<string, Codec> = {
  'message-0': { decode: decodeLeave, encode: encodeLeave },
  'message-1': { decode: decodeJoin, encode: encodeJoin },
  'message-3': { decode: decodeUserEvent, encode: encodeUserEvent },
  'message-4': { decode: decodeQuery, encode: encodeQuery },
  'message-5': { decode: decodeQueryResponse, encode: encodeQueryResponse },
  'message-9': { decode: decodeRelay, encode: encodeRelay },
  'payload-6': { decode: decodeConflictResponse },
  'payload-8': { decode: decodeKeyResponse, encode: encodeKeyResponse },
  'push-pull': { decode: decodePushPull, encode: encodePushPull },
  'ack-payload': { decode: decodeCoordinatePayload, encode: encodeCoordinatePayload },
  meta: { decode: decodeTags, encode: (tags: never) => encodeTags(tags, 5) },
};

const FOLDER = new URL('../../../../test/vectors/serf/', import.meta.url);
const records = ['serf-0.11.0.json', 'serf-0.9.4.json'].flatMap((file) => {
  const text = readFileSync(new URL(file, FOLDER), 'utf8');
  const capture = JSON.parse(text) as {
    program: string;
    records: { kind: string; hex: string }[];
  };
  return capture.records.map(({ kind, hex }, at) => ({
    title: `${capture.program} ${at} ${kind}`,
    kind,
    bytes: new Uint8Array(Buffer.from(hex, 'hex')),
  }));
});
// The answer of an event handler script: text, not a structure.
const structured = records.filter(({ kind }) => kind !== 'payload-49');

describe('captured messages', () => {
  it('are of every kind', () => {
    expect(new Set(structured.map(({ kind }) => kind))).toEqual(new Set(Object.keys(CODECS)));
  });

  it.each(structured)('$title', ({ kind, bytes }) => {
    const { decode, encode } = CODECS[kind] as Codec;
    const value = decode(bytes);
    expect(value).toBeDefined();
    if (encode === undefined) return;
    const encoded = new Uint8Array(encode(value as never));
    expect(decode(encoded)).toEqual(value);
    // Nothing may be lost: as long as theirs but for empty places, which they write and nobody reads.
    if (kind !== 'push-pull') expect(encoded.length).toBe(bytes.length);
  });

  it.each(structured)('$title cut anywhere is refused, or read as far as it goes', (record) => {
    const { decode } = CODECS[record.kind] as Codec;
    for (let length = 0; length < record.bytes.length; length++) {
      const value = decode(record.bytes.slice(0, length));
      if (record.kind !== 'meta') expect(value).toBeUndefined();
    }
  });

  it('hold what was sent', () => {
    const first = <T>(kind: string, decode: (bytes: Uint8Array) => T | undefined): T[] =>
      records.filter((record) => record.kind === kind).flatMap(({ bytes }) => decode(bytes) ?? []);
    const query = first('message-4', decodeQuery).find(({ filters }) => filters.length > 0);
    expect(query).toMatchObject({ name: 'load', relayFactor: 1, timeoutNs: 2e9, flags: 1 });
    expect(query?.filters.map(decodeFilter)).toEqual([
      { kind: 'nodes', nodes: ['real-1', 'real-2'] },
      { kind: 'tag', tag: 'role', expression: 'w.*' },
    ]);
    const state = first('push-pull', decodePushPull).find(({ events }) => events.length > 0);
    expect(state?.events.flatMap(({ events }) => events).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['deploy', 'restart']),
    );
    expect(first('payload-6', decodeConflictResponse).map(({ address }) => address)).toEqual([
      '127.0.0.1',
      undefined,
      '127.0.0.1',
      undefined,
    ]);
  });
});

describe('made-up bytes', () => {
  const decoders = Object.entries(CODECS);

  it.each(decoders)('%s never throws', (_, { decode }) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(9), (bytes, type) => {
        decode(new Uint8Array([type, ...bytes]));
      }),
      { numRuns: 300 },
    );
  });

  it.each(structured.filter((_, at) => at % 3 === 0))('$title with bytes changed', (record) => {
    const { decode } = CODECS[record.kind] as Codec;
    fc.assert(
      fc.property(fc.nat(record.bytes.length - 1), fc.nat(255), (at, byte) => {
        const changed = record.bytes.slice();
        changed[at] = byte;
        decode(changed);
      }),
      { numRuns: 200 },
    );
  });

  it('filters of an unknown kind mean nobody', () => {
    expect(decodeFilter(new Uint8Array([7, 0x90]))).toBeUndefined();
    expect(decodeFilter(new Uint8Array(0))).toBeUndefined();
    const filter = { kind: 'nodes', nodes: ['a'] } as const;
    expect(decodeFilter(encodeFilter(filter))).toEqual(filter);
  });
});
