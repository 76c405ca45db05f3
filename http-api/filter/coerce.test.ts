import { describe, expect, it } from 'vitest';
import { coerce } from './coerce.ts';
import { BOOL, INT, STRING, UINT16, UINT8 } from './field-set.ts';
import type { ScalarField } from './field-set.ts';

describe('coerce', () => {
  it.each<[string, ScalarField, unknown]>([
    ['', STRING, ''],
    ['007', STRING, '007'],
    ['t', BOOL, true],
    ['0', BOOL, false],
    ['0', INT, 0n],
    ['-12', INT, -12n],
    ['+12', INT, 12n],
    ['010', INT, 8n],
    ['0o17', INT, 15n],
    ['0b1_0', INT, 2n],
    ['0x_ff', INT, 255n],
    ['1_000', INT, 1000n],
    ['9223372036854775807', INT, 9223372036854775807n],
    ['-9223372036854775808', INT, -9223372036854775808n],
    ['65535', UINT16, 65535n],
  ])('%s', (text, field, expected) => {
    expect(coerce(text, field)).toBe(expected);
  });

  it.each<[string, ScalarField, string]>([
    ['', INT, 'strconv.ParseInt: parsing "": invalid syntax'],
    ['08', INT, 'strconv.ParseInt: parsing "08": invalid syntax'],
    ['1__0', INT, 'strconv.ParseInt: parsing "1__0": invalid syntax'],
    ['_1', INT, 'strconv.ParseInt: parsing "_1": invalid syntax'],
    ['0x', INT, 'strconv.ParseInt: parsing "0x": invalid syntax'],
    ['1.5', INT, 'strconv.ParseInt: parsing "1.5": invalid syntax'],
    [
      '9223372036854775808',
      INT,
      'strconv.ParseInt: parsing "9223372036854775808": value out of range',
    ],
    ['256', UINT8, 'strconv.ParseUint: parsing "256": value out of range'],
    ['-1', UINT8, 'strconv.ParseUint: parsing "-1": invalid syntax'],
    ['yes', BOOL, 'strconv.ParseBool: parsing "yes": invalid syntax'],
    ['a"\n\u{1F600}\u200b', BOOL, 'strconv.ParseBool: parsing "a\\"\\n😀\\u200b": invalid syntax'],
  ])('refuses %j', (text, field, message) => {
    expect(() => coerce(text, field)).toThrow(message);
  });
});
