import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessagePackReader } from '../../../../http-api/message-pack/reader.ts';
import { decodeValue, encodeMessage, struct } from './struct.ts';
import {
  bool,
  bytes,
  float64,
  int,
  list,
  mapOf,
  text,
  uint32,
  uint64,
  uint8,
} from './wire-type.ts';
import type { WireType } from './wire-type.ts';
import { MessagePackWriter } from './writer.ts';

const hexOf = (value: Uint8Array): string => Buffer.from(value).toString('hex');
const unhex = (value: string): Uint8Array => new Uint8Array(Buffer.from(value, 'hex'));

function written<T>(type: WireType<T>, value: T): Uint8Array {
  const writer = new MessagePackWriter();
  type.write(writer, value);
  return writer.finish();
}

function readBack<T>(type: WireType<T>, encoded: Uint8Array): { value: T; failure: unknown } {
  const reader = new MessagePackReader(encoded);
  const value = type.read(reader);
  return { value, failure: reader.failure };
}

describe('whole numbers', () => {
  it.each([
    [0, '00'],
    [127, '7f'],
    [128, 'cc80'],
    [255, 'ccff'],
    [256, 'cd0100'],
    [65_535, 'cdffff'],
    [65_536, 'ce00010000'],
    [4_294_967_295, 'ceffffffff'],
    [4_294_967_296, 'cf0000000100000000'],
    [Number.MAX_SAFE_INTEGER, 'cf001fffffffffffff'],
    [-1, 'ff'],
    [-32, 'e0'],
    [-33, 'd0df'],
    [-128, 'd080'],
    [-129, 'd1ff7f'],
    [-32_768, 'd18000'],
    [-32_769, 'd2ffff7fff'],
    [-2_147_483_649, 'd3ffffffff7fffffff'],
    [Number.MIN_SAFE_INTEGER, 'd3ffe0000000000001'],
  ])('%i is %s', (value, encoded) => {
    expect(hexOf(written(int, value))).toBe(encoded);
    expect(readBack(int, unhex(encoded))).toEqual({ value, failure: undefined });
  });

  it('reads wider forms than it writes', () => {
    for (const encoded of [
      '05',
      'cc05',
      'cd0005',
      'ce00000005',
      'd005',
      'd10005',
      'd3' + '05'.padStart(16, '0'),
    ]) {
      expect(readBack(uint8, unhex(encoded))).toEqual({ value: 5, failure: undefined });
    }
  });

  it.each([
    [uint8, 'cd0100'],
    [uint8, 'ff'],
    [uint32, 'cf0000000100000000'],
    [uint64, 'cfffffffffffffffff'],
    [int, 'd38000000000000000'],
    [uint8, 'a161'],
    [bool, '01'],
    [text, '01'],
    [bytes, '9101'],
  ] as [WireType<unknown>, string][])('refuses what does not fit', (type, encoded) => {
    expect(readBack(type, unhex(encoded)).failure).toBe('malformed');
  });
});

describe('text and bytes', () => {
  it.each([
    [0, 'a0'],
    [31, 'bf'],
    // go-msgpack's old form has no str8.
    [32, 'da0020'],
    [65_535, 'daffff'],
    [65_536, 'db00010000'],
  ])('of %i bytes begin with %s', (length, header) => {
    const content = 'x'.repeat(length);
    for (const encoded of [written(text, content), written(bytes, Buffer.from(content))]) {
      expect(hexOf(encoded.subarray(0, header.length / 2))).toBe(header);
      expect(readBack(text, encoded).value).toBe(content);
      expect(Buffer.from(readBack(bytes, encoded).value).toString()).toBe(content);
    }
  });

  it('reads str8 and bin as well', () => {
    for (const header of ['d903', 'c403', 'c50003', 'c600000003', 'da0003', 'db00000003']) {
      expect(readBack(text, unhex(`${header}616263`)).value).toBe('abc');
    }
  });

  it('keeps what is not ASCII', () => {
    for (const value of ['Zürich', '名前', '🦊'.repeat(20)]) {
      expect(readBack(text, written(text, value)).value).toBe(value);
    }
  });

  it('refuses a length of two gigabytes without waiting for it', () => {
    const reader = new MessagePackReader(unhex('db7fffffff00'), 0, 1000);
    reader.raw();
    expect(reader.failure).toBe('too_large');
  });
});

interface Sample {
  readonly count: number;
  readonly name: string;
  readonly data: Uint8Array;
  readonly flag: boolean;
  readonly tags: ReadonlyMap<string, string>;
  readonly names: readonly string[];
  readonly ratio: number;
}
const SampleType = struct<Sample>({
  count: { name: 'Count', type: uint64 },
  name: { name: 'Name', type: text, omitEmpty: true },
  data: { name: 'Data', type: bytes },
  flag: { name: 'Flag', type: bool },
  tags: { name: 'Tags', type: mapOf(text) },
  names: { name: 'Names', type: list(text) },
  ratio: { name: 'Ratio', type: float64 },
});
const EMPTY_SAMPLE: Sample = {
  count: 0,
  name: '',
  data: new Uint8Array(0),
  flag: false,
  tags: new Map(),
  names: [],
  ratio: 0,
};
const arbitrarySample = fc.record({
  count: fc.maxSafeNat(),
  name: fc.string(),
  data: fc.uint8Array(),
  flag: fc.boolean(),
  tags: fc.dictionary(fc.string(), fc.string()).map((tags) => new Map(Object.entries(tags))),
  names: fc.array(fc.string()),
  ratio: fc.double({ noNaN: true }),
});

describe('structures', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(arbitrarySample, (sample) => {
        const decoded = decodeValue(SampleType, encodeMessage(9, SampleType, sample), 1);
        expect(decoded).toEqual({ ...sample, data: Buffer.from(sample.data) });
      }),
    );
  });

  it('are refused when cut anywhere', () => {
    fc.assert(
      fc.property(arbitrarySample, fc.nat(), (sample, cut) => {
        const encoded = written(SampleType, sample);
        expect(decodeValue(SampleType, encoded.subarray(0, cut % encoded.length))).toBe(
          'truncated',
        );
      }),
    );
  });

  it('leave out what is empty only where Go does', () => {
    expect(written(SampleType, EMPTY_SAMPLE)[0]).toBe(0x86);
  });

  it.each([
    ['nothing', '80', {}],
    ['nil', '81a4466c6167c0', {}],
    ['unknown fields', '82a3466f6f81a16190a4466c6167c3', { flag: true }],
    ['another order', '82a4466c6167c3a5436f756e7407', { flag: true, count: 7 }],
    ['an array in place of a map', '9207a16e', { count: 7, name: 'n' }],
    ['a longer array', '9807a16ea0c280900102', { count: 7, name: 'n', ratio: 1 }],
  ])('with %s are read as Go does', (_name, encoded, expected) => {
    expect(decodeValue(SampleType, unhex(encoded))).toEqual({ ...EMPTY_SAMPLE, ...expected });
  });

  it.each([
    ['a map longer than the bytes', 'dfffffffff', 'truncated'],
    ['a list longer than the bytes', '81a54e616d6573ddffffffff', 'truncated'],
    ['endless nesting in an unknown field', `81a3466f6f${'91'.repeat(100)}`, 'malformed'],
    ['a tag that does not exist', '81a3466f6fc1', 'malformed'],
  ])('refuse %s', (_name, encoded, failure) => {
    expect(decodeValue(SampleType, unhex(encoded))).toBe(failure);
  });

  it('skip every kind of unknown value', () => {
    const values = [
      'c0',
      'c3',
      'ca00000000',
      'cb' + '00'.repeat(8),
      'd40001',
      'd8' + '00'.repeat(17),
    ];
    values.push(
      'c70201aabb',
      'c8000201aabb',
      'c90000000201aabb',
      '82a161a162a163a164',
      'd3' + '00'.repeat(8),
    );
    for (const value of values) {
      const encoded = unhex(`82a3466f6f${value}a5436f756e7407`);
      expect(decodeValue(SampleType, encoded)).toEqual({ ...EMPTY_SAMPLE, count: 7 });
    }
  });

  it('end on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (input) => {
        expect(['string', 'object']).toContain(typeof decodeValue(SampleType, input));
      }),
      { numRuns: 2000 },
    );
  });
});
