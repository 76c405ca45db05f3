import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RulesError, parseRules } from './parse-rules.ts';

const repeated = (name: string, line: number, column: number): string =>
  `Failed to parse ACL rules: The argument "${name}" at ${line}:${column} was already set. Each argument can only be defined once`;

/** Of two values one would have to be chosen; of JSON's the last is. */
const REPEATED: readonly [string, string][] = [
  ['acl = "read"\nacl = "write"', repeated('acl', 2, 1)],
  ['key "a" { policy = "read" policy = "write" }', repeated('policy', 1, 27)],
  ['bogus = 1\nbogus = 1', repeated('bogus', 2, 1)],
  ['key = { a { policy = "read" } }\nkey = { b { policy = "read" } }', repeated('key', 2, 1)],
];

describe('rules', () => {
  it('reads HCL and JSON alike', () => {
    const hcl = parseRules(`
      acl = "read"
      key_prefix "a/" { policy = "list" }
      service "web" { policy = "write" intentions = "read" }
    `);
    const json = parseRules(
      '{"acl":"read","key_prefix":{"a/":{"policy":"list"}},"service":{"web":{"policy":"write","intentions":"read"}}}',
    );
    expect(json).toEqual(hcl);
    expect(hcl).toEqual({
      plain: [{ resource: 'acl', level: 'read' }],
      named: [
        { resource: 'key', name: 'a/', isPrefix: true, level: 'list' },
        { resource: 'service', name: 'web', isPrefix: false, level: 'write', intentions: 'read' },
      ],
    });
  });

  it.each([
    '',
    'keyz "a" { policy = "read" }',
    'identity "a" { policy = "whatever" }',
    'namespace "a" { acl = "read" }',
    'key { policy = "read" }',
    'acl = ""',
  ])('finds nothing to rule in %j', (text) => {
    expect(parseRules(text)).toEqual({ plain: [], named: [] });
  });

  it.each([
    'KEY "a" { POLICY = "read" }',
    'key "a" { policy = "read" foo = "x" }',
    'key "a" { policy = "read" sentinel { code = "x" } }',
    '{"key": [{"a": {"policy": "read"}}]}',
  ])('reads %j', (text) => {
    expect(parseRules(text).named).toEqual([
      { resource: 'key', name: 'a', isPrefix: false, level: 'read' },
    ]);
  });

  it.each([
    ['acl = "list"', 'Invalid acl policy: "list"'],
    ['acl = 5', 'Invalid acl policy: "5"'],
    ['keyring = "x"', 'Invalid keyring policy: "x"'],
    [
      'agent "a" { policy = "list" }',
      'Invalid agent policy: &acl.AgentRule{Node:"a", Policy:"list"}',
    ],
    [
      'event_prefix "e" { policy = "x" }',
      'Invalid event_prefix policy: &acl.EventRule{Event:"e", Policy:"x"}',
    ],
    [
      'key "a" {}',
      'Invalid key policy: &acl.KeyRule{Prefix:"a", Policy:"", EnterpriseRule:acl.EnterpriseRule{}}',
    ],
    [
      'key "a" "b" { policy = "read" }',
      'Invalid key policy: &acl.KeyRule{Prefix:"a", Policy:"", EnterpriseRule:acl.EnterpriseRule{}}',
    ],
    [
      'query "q" { policy = "x" }',
      'Invalid query policy: &acl.PreparedQueryRule{Prefix:"q", Policy:"x"}',
    ],
    [
      'session "s" { policy = "x" }',
      'Invalid session policy: &acl.SessionRule{Node:"s", Policy:"x"}',
    ],
    [
      'node "n" { policy = "list" }',
      'Invalid node policy: &acl.NodeRule{Name:"n", Policy:"list", EnterpriseRule:acl.EnterpriseRule{}}',
    ],
    [
      'service "a" { policy = "read" intentions = "maybe" }',
      'Invalid service intentions policy: &acl.ServiceRule{Name:"a", Policy:"read", Intentions:"maybe", EnterpriseRule:acl.EnterpriseRule{}}',
    ],
    ...REPEATED,
    ['acl = ["read"]', 'Failed to parse ACL rules: root.acl: unknown type for string list'],
    ['key = "a"', 'Failed to parse ACL rules: root.key: unknown type for string string'],
  ])('refuses %s', (text, message) => {
    expect(() => parseRules(text)).toThrow(new RulesError(message));
  });

  it.each([
    'key "a" {',
    '= 5',
    'x',
    '[]',
    '5',
    '{"acl": ',
    'acl = true',
    'acl { x = 1 }',
    '{"key": null}',
  ])('refuses %j', (text) => {
    expect(() => parseRules(text)).toThrow(/^Failed to parse ACL rules: /);
  });

  it('gives rules or a RulesError for whatever it is handed', () => {
    const word = fc.constantFrom(
      'key',
      'acl',
      '"a"',
      '{',
      '}',
      '=',
      'policy',
      '"read"',
      '[',
      ']',
      ',',
      '5',
      'null',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          parseRules(text);
        } catch (error) {
          expect(error).toBeInstanceOf(RulesError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
