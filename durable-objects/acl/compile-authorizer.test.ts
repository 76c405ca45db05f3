import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileAuthorizer } from './compile-authorizer.ts';
import type { Access, DefaultPolicy } from './levels.ts';
import { RANK, keyRules, levelOf, renderKeyRule } from '../testing/key-rules-model.ts';
import { parseRules } from './parse-rules.ts';
import type { Resource } from './resources.ts';

function compile(policies: string[], defaultPolicy: DefaultPolicy = 'deny') {
  return compileAuthorizer({
    accessor: 'someone',
    policies: policies.map(parseRules),
    defaultPolicy,
  });
}

describe('which rule counts', () => {
  it.each<[string[], Resource, string, Access, boolean]>([
    [['key "a" { policy = "read" }'], 'key', 'a', 'read', true],
    [['key "a" { policy = "read" }'], 'key', 'a', 'write', false],
    [['key "a" { policy = "read" }'], 'key', 'a', 'list', false],
    [['key "a" { policy = "list" }'], 'key', 'a', 'list', true],
    [['key "a" { policy = "read" }'], 'key', 'ab', 'read', false],
    [['key_prefix "a" { policy = "write" }'], 'key', 'ab', 'write', true],
    // The longest prefix, and an exact name before any.
    [
      ['key_prefix "" { policy = "deny" } key_prefix "a/" { policy = "write" }'],
      'key',
      'a/b',
      'write',
      true,
    ],
    [
      ['key_prefix "a/" { policy = "write" } key "a/b" { policy = "deny" }'],
      'key',
      'a/b',
      'read',
      false,
    ],
    [
      ['key_prefix "a/" { policy = "deny" } key "a/b" { policy = "write" }'],
      'key',
      'a/b',
      'write',
      true,
    ],
    // Of one name: deny before write before list before read, in whatever policy.
    [['key "a" { policy = "read" }', 'key "a" { policy = "write" }'], 'key', 'a', 'write', true],
    [['key "a" { policy = "write" }', 'key "a" { policy = "deny" }'], 'key', 'a', 'read', false],
    [['key "a" { policy = "read" }', 'key "a" { policy = "list" }'], 'key', 'a', 'list', true],
    [['key "a" { policy = "read" } key "a" { policy = "write" }'], 'key', 'a', 'write', true],
    // Intentions follow the service unless its block says otherwise, and are never written by accident.
    [['service "web" { policy = "write" }'], 'intention', 'web', 'read', true],
    [['service "web" { policy = "write" }'], 'intention', 'web', 'write', false],
    [['service "web" { policy = "read" intentions = "write" }'], 'intention', 'web', 'write', true],
    [['service "web" { policy = "write" intentions = "deny" }'], 'intention', 'web', 'read', false],
    [
      [
        'service "web" { policy = "read" }',
        'service "web" { policy = "read" intentions = "write" }',
      ],
      'intention',
      'web',
      'write',
      true,
    ],
    // The mesh and peerings are an operator's, unless rules speak of them.
    [['operator = "write"'], 'mesh', '', 'write', true],
    [['operator = "write" mesh = "deny"'], 'mesh', '', 'read', false],
    [['operator = "read"'], 'peering', '', 'read', true],
    [['operator = "write"'], 'keyring', '', 'read', false],
    [['acl = "write"'], 'acl', '', 'read', true],
    [[], 'node', 'n', 'read', false],
  ])('%j: %s %j %s is %s', (policies, resource, name, access, wanted) => {
    expect(compile(policies).allows(resource, access, name)).toBe(wanted);
  });

  it.each<[string, DefaultPolicy, string, boolean]>([
    ['', 'allow', 'a/', true],
    ['', 'deny', 'a/', false],
    ['key_prefix "a/" { policy = "write" }', 'deny', 'a/', true],
    ['key_prefix "a/" { policy = "write" }', 'deny', 'a/b', true],
    ['key_prefix "a/" { policy = "write" } key "a/b/c" { policy = "read" }', 'deny', 'a/', false],
    [
      'key_prefix "a/" { policy = "write" } key_prefix "a/b" { policy = "deny" }',
      'deny',
      'a/',
      false,
    ],
    ['key_prefix "a/b" { policy = "deny" }', 'allow', 'a/', false],
    ['key "a/" { policy = "write" }', 'deny', 'a/', false],
    ['key_prefix "a/" { policy = "list" }', 'allow', 'a/', false],
  ])('with %j and %s, everything below %s3 may be written: %s', (rules, policy, prefix, wanted) => {
    expect(compile([rules], policy).allowsPrefix(prefix)).toBe(wanted);
  });

  it('says of all names, and of any', () => {
    const some = compile(['service "web" { policy = "write" } node_prefix "" { policy = "read" }']);
    expect(some.allowsAny('service', 'write')).toBe(true);
    expect(some.allowsAll('service', 'read')).toBe(false);
    expect(some.allowsAll('node', 'read')).toBe(true);
    expect(compile(['node "a" { policy = "deny" }'], 'allow').allowsAll('node', 'read')).toBe(
      false,
    );
  });

  it('opens everything but the ACL system by default', () => {
    const open = compile([], 'allow');
    for (const resource of ['key', 'service', 'operator', 'mesh', 'keyring'] as const)
      expect(open.allows(resource, 'write', 'x')).toBe(true);
    expect(open.allows('acl', 'read')).toBe(false);
  });

  it('gives equal tokens one identity, and others another', () => {
    const [a, b] = ['key "a" { policy = "read" }', 'node "b" { policy = "read" }'];
    expect(compile([a, b]).identity).toBe(compile([b, a]).identity);
    expect(compile([a]).identity).not.toBe(compile([b]).identity);
    expect(compile([a], 'allow').identity).not.toBe(compile([a]).identity);
  });
});

describe('beside a model', () => {
  it('decides alike', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(keyRules(4), { maxLength: 4 }), { maxLength: 4 }),
        fc.stringMatching(/^[ab/]{0,5}$/),
        fc.constantFrom<Access>('read', 'list', 'write'),
        fc.constantFrom<DefaultPolicy>('allow', 'deny'),
        (policies, name, access, defaultPolicy) => {
          const texts = policies.map((rules) => rules.map(renderKeyRule).join('\n'));
          const best = levelOf(policies.flat(), name);
          const wanted =
            best === undefined
              ? defaultPolicy === 'allow'
              : best !== 'deny' && RANK.indexOf(best) >= RANK.indexOf(access);
          expect(compile(texts, defaultPolicy).allows('key', access, name)).toBe(wanted);
        },
      ),
    );
  });
});
