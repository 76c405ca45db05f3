import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MAX_NESTING_DEPTH,
  SourceSyntaxError,
  toPlainValue,
} from '../../../protocol/hcl/value-tree.ts';
import { parseJSON } from './json-parser.ts';
import type { ObjectNode } from '../../../protocol/hcl/value-tree.ts';

function errorOf(source: string): SourceSyntaxError {
  try {
    parseJSON(source);
  } catch (error) {
    if (error instanceof SourceSyntaxError) return error;
    throw error;
  }
  throw new Error(`accepted: ${source}`);
}

describe('errors name line and column', () => {
  it.each([
    ['{"datacenter": }', 1, 16, "expected a value, found '}'"],
    ['{ this is not json', 1, 3, "expected a key in double quotes, found 't'"],
    ['{"a":1,\n}', 2, 1, "expected a key in double quotes, found '}'"],
    ['{"a" 1}', 1, 6, "expected ':' after the key, found '1'"],
    ['[1 2]', 1, 4, "expected ',' or ']', found '2'"],
    ['{"a":1} {}', 1, 9, "expected nothing more after the end of the value, found '{'"],
    ['', 1, 1, 'expected a value, found the end of the file'],
    ['[01]', 1, 2, "expected a value, found '0'"],
    [
      '["a\n"]',
      1,
      2,
      'this string is not closed, or holds a bad escape or a raw control character',
    ],
    [
      '["\\q"]',
      1,
      2,
      'this string is not closed, or holds a bad escape or a raw control character',
    ],
    ['{"a', 1, 2, 'this string is not closed, or holds a bad escape or a raw control character'],
  ])('%j', (source, line, column, message) => {
    const error = errorOf(source);
    expect({ ...error.position, message: error.message }).toEqual({ line, column, message });
  });

  it('bounds the nesting', () => {
    expect(errorOf('['.repeat(MAX_NESTING_DEPTH + 1)).message).toContain('nested deeper');
  });
});

it('gives the position of each key and value', () => {
  const root = parseJSON('{\n  "a": [1,\n 2]}') as ObjectNode;
  expect(root.entries[0]!.keyPosition).toEqual({ line: 2, column: 3 });
  expect(root.entries[0]!.value).toMatchObject({
    position: { line: 2, column: 8 },
    items: [{ position: { line: 2, column: 9 } }, { position: { line: 3, column: 2 } }],
  });
});

describe('against JSON.parse', () => {
  it('reads every JSON text alike', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.nat(3), (source, indentation) => {
        const expected = JSON.parse(source) as unknown;
        const pretty = JSON.stringify(expected, null, indentation);
        expect(toPlainValue(parseJSON(pretty))).toEqual(expected);
      }),
    );
  });

  it('refuses exactly what JSON.parse refuses', () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\',
      '"a"',
      '1',
      '-',
      'e',
      '.',
      ' ',
      'true',
      'null',
      '\n',
    ];
    const noise = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...pieces)).map((p) => p.join('')),
    );
    fc.assert(
      fc.property(noise, (source) => {
        let expected: { value: unknown } | undefined;
        try {
          expected = { value: JSON.parse(source) as unknown };
        } catch {
          // Refused: parseJSON must refuse too, with a position.
        }
        if (expected === undefined) expect(errorOf(source).position.line).toBeGreaterThan(0);
        else expect(toPlainValue(parseJSON(source))).toEqual(expected.value);
      }),
      { numRuns: 500 },
    );
  });
});
