import { Validator } from '@cfworker/json-schema';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileSchema } from './compile-schema.ts';
import { SchemaError } from './schema-error.ts';
import { validate } from './validate.ts';

const misfit = (schema: unknown, value: unknown): string | null => {
  const found = validate(compileSchema(JSON.stringify(schema)), value);
  return found === null ? null : `${found.at}: ${found.reason}`;
};

const TREE = {
  $ref: '#/$defs/node',
  $defs: {
    node: {
      type: 'object',
      properties: { left: { $ref: '#/$defs/node' }, right: { $ref: '#/$defs/node' } },
      additionalProperties: false,
    },
  },
};

// As text, because an object with this member passes for a promise.
const CONDITIONAL: unknown = JSON.parse(
  '{"if":{"type":"number"},"then":{"minimum":1},"else":{"type":"null"}}',
);

describe('what fits and what does not', () => {
  it.each<[unknown, unknown, string | null]>([
    [true, 1, null],
    [false, 1, ': is not allowed'],
    [{}, null, null],
    [{ type: 'integer' }, 1, null],
    [{ type: 'integer' }, 1.5, ': must be an integer'],
    [{ type: ['string', 'null'] }, 1, ': must be a string or null'],
    [{ type: 'object' }, [], ': must be an object'],
    [{ type: 'array' }, {}, ': must be an array'],
    [{ enum: [1, { a: [1, 2] }] }, { a: [1, 2] }, null],
    [{ enum: [1, 'x'] }, 2, ': must be one of [1,"x"]'],
    [{ const: { a: 1, b: 2 } }, { b: 2, a: 1 }, null],
    [{ const: null }, 0, ': must be null'],
    [{ minimum: 1, maximum: 3 }, 3, null],
    [{ minimum: 1 }, 0.5, ': must be at least 1'],
    [{ exclusiveMaximum: 3 }, 3, ': must be less than 3'],
    [{ exclusiveMinimum: 3 }, 3, ': must be more than 3'],
    [{ multipleOf: 0.1 }, 0.3, null],
    [{ multipleOf: 2 }, 3, ': must be a multiple of 2'],
    [{ minLength: 2, maxLength: 2 }, '😀é', null],
    [{ maxLength: 1 }, 'ab', ': must have at most 1 characters'],
    [{ pattern: '^a+$' }, 'aaa', null],
    [{ pattern: '^a+$' }, 'aab', ': must match "^a+$"'],
    [{ format: 'ipv4' }, '10.0.0.256', ': must be a ipv4'],
    [{ items: { type: 'string' } }, ['a', 1], '/1: must be a string'],
    [{ prefixItems: [{ type: 'string' }], items: false }, ['a', 1], '/1: is not allowed'],
    [{ minItems: 1 }, [], ': must have at least 1 items'],
    [{ maxItems: 1 }, [1, 2], ': must have at most 1 items'],
    [
      { uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      ': must have no item twice',
    ],
    [{ uniqueItems: true }, [1, '1', [1]], null],
    [{ contains: { const: 1 } }, [2], ': must contain at least 1 items that fit "contains"'],
    [
      { contains: { const: 1 }, minContains: 0, maxContains: 1 },
      [1, 1],
      ': must contain at most 1 items that fit "contains"',
    ],
    [{ required: ['a'] }, {}, ': must have "a"'],
    [{ required: ['toString'] }, {}, ': must have "toString"'],
    [{ properties: { 'a/b': { type: 'null' } } }, { 'a/b': 1 }, '/a~1b: must be null'],
    [
      { properties: { a: true }, additionalProperties: false },
      { a: 1, b: 1 },
      '/b: is not allowed',
    ],
    [
      { patternProperties: { '^x': { type: 'null' } }, additionalProperties: false },
      { x1: null, y: 1 },
      '/y: is not allowed',
    ],
    [
      { propertyNames: { maxLength: 1 } },
      { ab: 1 },
      '/ab: has a name that must have at most 1 characters',
    ],
    [{ minProperties: 1 }, {}, ': must have at least 1 members'],
    [{ maxProperties: 1 }, { a: 1, b: 1 }, ': must have at most 1 members'],
    [{ dependentRequired: { a: ['b'] } }, { a: 1 }, ': must have "b" where it has "a"'],
    [{ dependentSchemas: { a: { required: ['b'] } } }, { a: 1 }, ': must have "b"'],
    [{ allOf: [{ type: 'number' }, { minimum: 2 }] }, 1, ': must be at least 2'],
    [
      { anyOf: [{ type: 'number' }, { type: 'null' }] },
      'x',
      ': fits no schema of "anyOf": must be a number',
    ],
    [{ oneOf: [{ minimum: 1 }, { minimum: 2 }] }, 3, ': fits more than one schema of "oneOf"'],
    [{ oneOf: [{ minimum: 1 }, { minimum: 2 }] }, 1, null],
    [{ not: { type: 'null' } }, null, ': fits a schema that it must not fit'],
    [CONDITIONAL, 0, ': must be at least 1'],
    [CONDITIONAL, 'x', ': must be null'],
    [TREE, { left: { right: {} } }, null],
    [TREE, { left: { right: { middle: {} } } }, '/left/right/middle: is not allowed'],
    [{ 'x-owner': 'ops', title: 't', type: 'null' }, null, null],
  ])('%j of %j', (schema, value, expected) => {
    expect(misfit(schema, value)).toBe(expected);
  });
});

describe('formats', () => {
  it.each([
    ['date', ['2024-02-29', '2000-02-29'], ['2023-02-29', '1900-02-29', '2024-13-01', '2024-1-1']],
    [
      'time',
      ['23:59:60Z', '10:00:00.5+02:00', '22:59:60-01:00'],
      ['24:00:00Z', '10:00:60Z', '10:00:00'],
    ],
    [
      'date-time',
      ['2024-01-01T00:00:00Z', '2024-01-01t00:00:00z'],
      ['2024-01-01 00:00:00Z', '2024-01-01'],
    ],
    ['email', ['a@b'], ['a', '@b', 'a b@c']],
    ['hostname', ['a.example', 'x-1'], ['-a', 'a-', '', 'a..b', 'a_b']],
    ['ipv4', ['0.0.0.0', '255.255.255.255'], ['01.0.0.1', '1.2.3', '1.2.3.4.5']],
    [
      'ipv6',
      ['::', '::1', '1:2:3:4:5:6:7:8', '::ffff:1.2.3.4'],
      ['1:2:3', ':::', '1:2:3:4:5:6:7:8:9', '1.2.3.4', '::1.2.3.4:1', '1::2::3'],
    ],
    ['uri', ['https://example.com/a?b#c', 'urn:x'], ['//x', 'x', '']],
    ['uuid', ['2eb8aa08-aa98-11ea-b4aa-73b441d16380'], ['2eb8aa08aa9811eab4aa73b441d16380']],
  ])('%s', (format, good, bad) => {
    for (const text of good) expect(misfit({ format }, text), text).toBe(null);
    for (const text of bad) expect(misfit({ format }, text), text).not.toBe(null);
    expect(misfit({ format }, 1)).toBe(null);
  });
});

describe('schemas that are refused', () => {
  it.each<[string, string]>([
    ['{', 'the schema is no JSON'],
    ['1', 'the schema is neither an object nor a boolean'],
    ['{"typ":"string"}', '/typ is no keyword that is known here'],
    ['{"type":"text"}', '/type is no type'],
    ['{"type":[]}', '/type is no type'],
    ['{"minLength":-1}', '/minLength is no whole number'],
    ['{"multipleOf":0}', '/multipleOf is no positive number'],
    ['{"required":["a","a"]}', '/required is no list of different names'],
    ['{"items":[{}]}', '/items is neither an object nor a boolean'],
    ['{"allOf":[]}', '/allOf is no list of schemas'],
    ['{"properties":{"a/b":1}}', '/properties/a~1b is neither an object nor a boolean'],
    ['{"pattern":"("}', '/pattern is no pattern: '],
    ['{"pattern":"(?=a)"}', '/pattern is no pattern: '],
    ['{"patternProperties":{"[":{}}}', '/patternProperties/[ is no pattern: '],
    ['{"format":"iban"}', '/format is no format that is checked here: date-time'],
    ['{"$ref":"https://example.com/s"}', '/$ref points out of the schema'],
    ['{"$ref":"#name"}', '/$ref is no JSON pointer'],
    ['{"$ref":"#/$defs/none"}', '/$ref points to nothing'],
    ['{"$ref":"#/constructor"}', '/$ref points to nothing'],
    ['{"$ref":"#/const","const":{}}', '/$ref does not point to a schema'],
    ['{"$dynamicRef":"#x"}', '/$dynamicRef is no keyword that is known here'],
    ['{"unevaluatedProperties":false}', '/unevaluatedProperties is no keyword'],
    [`"${'x'.repeat(70_000)}"`, 'the schema is longer than'],
    [`${'{"not":'.repeat(100)}{}${'}'.repeat(100)}`, ' is nested too deeply'],
  ])('%.40s', (text, message) => {
    expect(() => compileSchema(text)).toThrow(SchemaError);
    expect(() => compileSchema(text)).toThrow(message);
  });
});

describe('hostile schemas and values take a bounded time', () => {
  const LIMIT_MS = 3000;
  const twice = (name: string): unknown => [
    { $ref: `#/$defs/${name}` },
    { $ref: `#/$defs/${name}` },
  ];
  const bomb = {
    $ref: '#/$defs/n0',
    $defs: {
      ...Object.fromEntries(
        Array.from({ length: 40 }, (_, i) => [`n${i}`, { allOf: twice(`n${i + 1}`) }]),
      ),
      n40: true,
    },
  };
  const growing = { allOf: [1, 2].map(() => ({ items: { $ref: '#' } })) };
  const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

  it.each<[string, unknown, unknown]>([
    ['a schema that refers to itself', { $ref: '#' }, 1],
    ['schemas that refer to one another twice each', bomb, 1],
    ['schemas that double at each level of the value', growing, nested(60)],
    ['a value nested more deeply than a stack', { items: { $ref: '#' } }, nested(5000)],
    ['a constant beside a value nested more deeply than a stack', { const: 1 }, nested(5000)],
    ['a pattern that would backtrack', { pattern: '^(a+)+$' }, `${'a'.repeat(50_000)}!`],
    [
      'many patterns over a long text',
      { allOf: Array.from({ length: 60 }, (_, i) => ({ not: { pattern: `(x+x+)+y{${i}}` } })) },
      'x'.repeat(60_000),
    ],
  ])('%s', (_name, schema, value) => {
    const startedAt = performance.now();
    expect(misfit(schema, value)).not.toBe(null);
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);
  });

  it('a long list without a duplicate is found to have none', () => {
    const items = Array.from({ length: 100_000 }, (_, i) => i);
    const startedAt = performance.now();
    expect(misfit({ uniqueItems: true }, items)).toBe(null);
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);
  });
});

describe('beside a library', () => {
  const names = fc.constantFrom('a', 'b', 'c');
  const plain = fc.oneof(
    fc.constantFrom(null, true, false, 0, 1, 2, 1.5, '', 'a', 'ab', 'ba'),
    fc.integer({ min: -3, max: 9 }),
  );
  const value = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      plain,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(names, tie('value'), { maxKeys: 3 }),
    ),
  })).value;
  const count = fc.nat(4);
  const isKeyword = (name: string, arbitrary: fc.Arbitrary<unknown>) =>
    arbitrary.map((content): [string, unknown] => [name, content]);
  const types = ['null', 'boolean', 'object', 'array', 'number', 'integer', 'string'];
  const flat = fc.oneof(
    isKeyword('type', fc.constantFrom<unknown>(...types, ['string', 'array'])),
    isKeyword('enum', fc.array(value, { minLength: 1, maxLength: 3 })),
    isKeyword('const', value),
    isKeyword('multipleOf', fc.constantFrom(1, 2, 3)),
    isKeyword('pattern', fc.constantFrom('^a', 'b$', 'a|b', '^(a+)+$', '[^a]')),
    isKeyword('uniqueItems', fc.boolean()),
    isKeyword('required', fc.uniqueArray(names, { maxLength: 2 })),
    isKeyword('dependentRequired', fc.dictionary(names, fc.uniqueArray(names, { maxLength: 2 }))),
    isKeyword('$ref', fc.constantFrom('#/$defs/x', '#/$defs/y')),
    ...['minimum', 'exclusiveMaximum', 'minLength', 'maxLength', 'maxItems', 'minItems'].map(
      (name) => isKeyword(name, count),
    ),
    ...['maxProperties', 'minProperties', 'minContains', 'maxContains'].map((name) =>
      isKeyword(name, count),
    ),
  );
  const schema = fc.letrec((tie) => {
    const sub = tie('schema');
    const list = fc.array(sub, { minLength: 1, maxLength: 2 });
    const map = fc.dictionary(names, sub, { maxKeys: 2 });
    const single = [
      'items',
      'contains',
      'additionalProperties',
      'propertyNames',
      'not',
      'if',
      'then',
      'else',
    ];
    const keyword = fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      flat,
      ...single.map((name) => isKeyword(name, sub)),
      ...['properties', 'dependentSchemas'].map((name) => isKeyword(name, map)),
      ...['prefixItems', 'allOf', 'anyOf', 'oneOf'].map((name) => isKeyword(name, list)),
      isKeyword(
        'patternProperties',
        fc.dictionary(fc.constantFrom('^a', 'b$'), sub, { maxKeys: 2 }),
      ),
    );
    const object = fc.array(keyword, { maxLength: 3 }).map((all) => Object.fromEntries(all));
    return { schema: fc.oneof({ maxDepth: 3, depthSize: 'small' }, fc.boolean(), object, object) };
  }).schema;

  it('it comes to the same', () => {
    let fitting = 0;
    fc.assert(
      fc.property(schema, plainSchema(), plainSchema(), value, (root, x, y, instance) => {
        const whole = typeof root === 'boolean' ? root : { ...(root as object), $defs: { x, y } };
        const ours = misfit(whole, instance) === null;
        const theirs = new Validator(whole as object, '2020-12', false).validate(instance).valid;
        expect(ours).toBe(theirs);
        if (ours) fitting++;
      }),
      { numRuns: 3000 },
    );
    expect(fitting).toBeGreaterThan(300);
  });

  function plainSchema(): fc.Arbitrary<unknown> {
    return fc.constantFrom<unknown>(
      true,
      false,
      { type: 'string' },
      { minimum: 2 },
      { required: ['a'] },
      { items: { type: 'number' } },
    );
  }
});
