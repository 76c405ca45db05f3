import fc from 'fast-check';
import HCL from 'js-hcl-parser';
import { describe, expect, it } from 'vitest';
import { MAX_NESTING_DEPTH, SourceSyntaxError, toPlainValue } from './value-tree.ts';
import { parseHCL } from './hcl-parser.ts';
import type { ValueNode } from './value-tree.ts';

function parse(source: string): unknown {
  return toPlainValue(parseHCL(source));
}

function errorOf(source: string): SourceSyntaxError {
  try {
    parseHCL(source);
  } catch (error) {
    if (error instanceof SourceSyntaxError) return error;
    throw error;
  }
  throw new Error(`accepted: ${source}`);
}

describe('values', () => {
  it.each([
    ['nothing', '', {}],
    ['comments', '# a\n// b\n/* c\n d */ x = 1 # e', { x: 1 }],
    [
      'numbers',
      'a = -5 b = 1.5 c = 1e3 d = 0x1F90 e = 010 f = .5',
      { a: -5, b: 1.5, c: 1000, d: 8080, e: 8, f: 0.5 },
    ],
    ['booleans', 'a = true\nb = false', { a: true, b: false }],
    ['lists', 'a = [1, "b", [true], { c = 1 },]', { a: [1, 'b', [true], { c: 1 }] }],
    ['blocks', 'a { b { c = 1 } }', { a: { b: { c: 1 } } }],
    ['labels', 'key "foo/" { policy = "read" }', { key: { 'foo/': { policy: 'read' } } }],
    ['quoted keys', '"a b" = 1 "c" {}', { 'a b': 1, c: {} }],
    ['dots and dashes in keys', 'a.b-c = 1', { 'a.b-c': 1 }],
    ['commas between entries', 'a = 1, b = { c = 2, d = 3 },', { a: 1, b: { c: 2, d: 3 } }],
    ['CRLF and a byte order mark', '\ufeffa = 1\r\nb = 2\r\n', { a: 1, b: 2 }],
    ['repeated blocks', 'a { b = 1 }\na { b = 2 }', { a: [{ b: 1 }, { b: 2 }] }],
    ['repeated lists', 'a = [1]\na = [2]', { a: [1, 2] }],
    ['a repeated scalar', 'a = 1\na = 2', { a: 2 }],
    ['a key named __proto__', '__proto__ { a = 1 }', JSON.parse('{"__proto__":{"a":1}}')],
  ])('%s', (_name, source, expected) => {
    expect(parse(source)).toEqual(expected);
  });

  it.each([
    [
      'escapes',
      String.raw`"\a\b\f\n\r\t\v\\\"\101\x41\u0041\U0001F600"`,
      '\x07\b\f\n\r\t\v\\"AAA😀',
    ],
    [
      'an interpolation as it stands',
      String.raw`"a${'${b("c\\n{}")}'}d"`,
      String.raw`a${'${b("c\\n{}")}'}d`,
    ],
    ['a dollar without brace', '"$a $"', '$a $'],
    ['a template', '"{{ GetPrivateIP }}"', '{{ GetPrivateIP }}'],
    ['a heredoc', '<<EOF\n a\\n"b"\n\nEOF\n', ' a\\n"b"\n\n'],
    ['an empty heredoc', '<<EOF\nEOF', ''],
    ['an indented closing anchor', '<<EOF\na\n  EOF\n', 'a\n'],
    ['an indented heredoc', '<<-EOF\n    a\n      b\n    EOF\n', 'a\n  b\n'],
    ['an indented heredoc with a shorter line', '<<-EOF\n  a\n b\n   EOF\n', '  a\n b\n'],
  ])('string: %s', (_name, source, expected) => {
    expect(parse(`x = ${source}`)).toEqual({ x: expected });
  });
});

describe('positions', () => {
  it('stand at every key and value', () => {
    const root = parseHCL('a = 1\n  b {\n    c = ["x",\n "y"]\n  }\n');
    const b = root.entries[1]!;
    expect(b.keyPosition).toEqual({ line: 2, column: 3 });
    const c = (b.value as Extract<ValueNode, { kind: 'object' }>).entries[0]!;
    expect(c.keyPosition).toEqual({ line: 3, column: 5 });
    const items = (c.value as Extract<ValueNode, { kind: 'list' }>).items;
    expect(items.map((item) => item.position)).toEqual([
      { line: 3, column: 10 },
      { line: 4, column: 2 },
    ]);
  });
});

describe('errors name line and column', () => {
  it.each([
    ['datacenter = = "x"', 1, 14, "expected a value, found '='"],
    ['service { name = ', 1, 18, 'expected a value, found the end of the file'],
    ['a = 1\n}', 2, 1, "expected a key, found '}'"],
    ['a = yes', 1, 5, 'expected a value, found identifier yes (text stands in quotes)'],
    ['a = "x', 1, 5, 'this string has no closing quote'],
    ['a = "x\ny"', 1, 5, 'this string has no closing quote'],
    ['a = "\\q"', 1, 6, "'\\q' is no escape that HCL knows"],
    ['a = "\\UFFFFFFFF"', 1, 6, "'\\U' is no escape that HCL knows"],
    ['a = "${b"', 1, 6, "this '${' has no closing '}'"],
    ['a = <<EOF\nb', 1, 5, "this heredoc has no closing line 'EOF'"],
    ['a = <<\nb', 1, 5, "a heredoc starts with '<<NAME' and nothing behind it on the line"],
    ['x = 1 /* a', 1, 7, "this comment has no closing '*/'"],
    ['a = [1 2]', 1, 8, "expected ',' or ']', found number 2"],
    ['a = 10s', 1, 5, '\'10s\' is no number; a duration or size stands in quotes: "10s"'],
    ['a = 09', 1, 5, '09 is no octal number'],
    ['a "b" = 1', 1, 7, "expected '{' after the labels of a block, found '='"],
    ['a: 1', 1, 2, "unexpected character ':'"],
    ['a 5', 1, 3, `expected '=' or '{' after the key "a", found number 5`],
    ['a = 1\na { }', 2, 1, "'a' is a block here and a plain value in line 1, or the reverse"],
  ])('%j', (source, line, column, message) => {
    const error = errorOf(source);
    expect({ ...error.position, message: error.message }).toEqual({ line, column, message });
  });

  it.each([
    ['lists', 'a = ' + '['.repeat(MAX_NESTING_DEPTH + 1)],
    ['blocks', 'a {'.repeat(MAX_NESTING_DEPTH + 1)],
    ['labels', `${'a '.repeat(MAX_NESTING_DEPTH + 1)} { }`],
  ])('nesting of %s is bounded', (_name, source) => {
    expect(errorOf(source).message).toBe(`nested deeper than ${MAX_NESTING_DEPTH} levels`);
  });
});

/**
 * The oracle wraps blocks in lists where this parser keeps one object; lists of one element are
 * unwrapped in both.
 */
function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? unwrapped(value[0]) : value.map(unwrapped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
}

function oracle(source: string): unknown {
  const text = HCL.parse(source);
  return text.startsWith('unable') ? undefined : (JSON.parse(text) as unknown);
}

describe('against the HCL library of Go', () => {
  const name = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,3}$/);
  const scalar = fc.oneof(
    fc.integer({ min: -1e6, max: 1e6 }).map(String),
    fc.boolean().map(String),
    fc
      .string({ unit: 'grapheme-ascii', maxLength: 12 })
      .map((text) => JSON.stringify(text.replaceAll('$', ''))),
    fc.constantFrom(
      '"${a.b}"',
      '1.25',
      '0x1f',
      '2e3',
      '<<EOT\none\n  two\nEOT\n',
      '<<-E\n  x\n   y\n  E\n',
    ),
  );
  // Attributes (prefix a_) are unique in their object: for repeated ones the library mixes the
  // types of both.
  const { entries: documents } = fc.letrec<{ entries: string; entry: string; value: string }>(
    (tie) => ({
      value: fc.oneof(
        { maxDepth: 3, depthIdentifier: 'level' },
        scalar,
        fc.array(scalar, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
        tie('entries').map((entries) => `{\n${entries}\n}`),
      ),
      entry: fc.oneof(
        fc.tuple(name, tie('value')).map(([key, value]) => `a_${key} = ${value}`),
        fc
          .tuple(name, name, tie('entries'))
          .map(([a, b, entries]) => `${a}-1 "${b}" {\n${entries}\n}`),
        fc.tuple(name, tie('entries')).map(([key, entries]) => `${key}-1 { # block\n${entries}\n}`),
      ),
      entries: fc
        .uniqueArray(tie('entry'), {
          maxLength: 4,
          depthIdentifier: 'level',
          selector: (entry) => (entry.startsWith('a_') ? entry.split(' ')[0] : entry),
        })
        .map((entries) => entries.join('\n')),
    }),
  );

  it('gives the same tree for documents it accepts', () => {
    fc.assert(
      fc.property(documents, (source) => {
        const expected = oracle(source);
        if (expected === undefined) return;
        expect(unwrapped(parse(source))).toEqual(unwrapped(expected));
      }),
      { numRuns: 200 },
    );
  });
});

describe('fuzz', () => {
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    '=',
    ',',
    '"',
    '${',
    '\\',
    '<<E',
    '<<-E',
    '\n',
    'E',
    'a',
    '0x',
    '1',
    '/*',
    '#',
    '-',
  ];

  it('ends with a tree or an error with a position, never otherwise', () => {
    const noise = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...pieces)).map((p) => p.join('')),
    );
    fc.assert(
      fc.property(noise, (source) => {
        try {
          expect(parseHCL(source).kind).toBe('object');
        } catch (error) {
          expect(error).toBeInstanceOf(SourceSyntaxError);
          expect((error as SourceSyntaxError).position.line).toBeGreaterThan(0);
          expect((error as SourceSyntaxError).position.column).toBeGreaterThan(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});
