/** Enforced answers beside a model, and who is told when what a token sees changes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KVPair } from '../../protocol/types/kv.ts';
import { NODE_TOKEN, nodeTokenOf } from '../../protocol/reserved-tokens.ts';
import { ACL_DISABLED, type ACLSettings } from '../acl-settings.ts';
import { DatacenterState } from '../datacenter-state.ts';
import { setPolicyTxn } from '../state/acl-policies.ts';
import { deleteTokenTxn, setTokenTxn } from '../state/acl-tokens.ts';
import { findTokenRow } from '../state/acl-rows.ts';
import { type KeyRule, keyRules, levelOf, renderKeyRule } from '../testing/key-rules-model.ts';
import { createNodeStorage } from '../testing/node-storage.ts';
import type { QueryPush, Watcher } from '../watch/watched-query.ts';

const NOW = 1_000_000;

class Datacenter {
  readonly state: DatacenterState;

  constructor(more: Partial<ACLSettings> = {}) {
    const acl: ACLSettings = {
      ...ACL_DISABLED,
      enabled: true,
      defaultPolicy: 'deny',
      initialManagement: 'root',
      ...more,
    };
    this.state = new DatacenterState(
      createNodeStorage(),
      'dc1',
      { now: () => NOW, newUUID: () => '00000000-0000-4000-8000-000000000000' },
      { acl },
    );
  }

  call(token: string, method: string, args: unknown) {
    return this.state.callAlone({ method, args, token, actor: 'test' });
  }

  /** A token whose secret, accessor and only policy have one name. */
  token(name: string, rules: string): void {
    this.state.writer.apply('test', (tx) => {
      setPolicyTxn(tx, name, { Name: name, Description: '', Rules: rules });
      setTokenTxn(tx, {
        accessor: name,
        secret: name,
        local: false,
        expiresAt: null,
        authMethod: '',
        fields: { Description: '', Policies: [name], CreateTime: '2026-01-01T00:00:00Z' },
      });
    });
  }

  watch(token: string, method: string, args: unknown): { take(): number } {
    const pushes: QueryPush[] = [];
    const watcher: Watcher = { takesChanges: true, deliver: (some) => pushes.push(...some) };
    const { reading, query } = this.state.openQuery({ method, args, token, actor: 'test' });
    this.state.subscriptions.add(watcher, 1, query, reading.index);
    return { take: () => pushes.splice(0).length };
  }
}

const key = fc.stringMatching(/^[ab/]{1,4}$/);
const rule = keyRules(3);

/** Here the default is to deny. */
const mayRead = (rules: readonly KeyRule[], name: string): boolean =>
  (levelOf(rules, name) ?? 'deny') !== 'deny';

describe('keys beside a model', () => {
  it('are read, written, listed and changed in transactions as the rules say', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(rule, { maxLength: 3 }), { minLength: 1, maxLength: 2 }),
        fc.uniqueArray(key, { minLength: 1, maxLength: 6 }),
        fc.stringMatching(/^[ab/]{0,2}$/),
        (policies, keys, prefix) => {
          const datacenter = new Datacenter();
          const rules = policies.flat();
          datacenter.token('t', rules.map(renderKeyRule).join('\n'));
          for (const name of keys) {
            datacenter.call('root', 'kv.apply', { verb: 'set', key: name, value: '' });
            const isReadable = mayRead(rules, name);
            const read = datacenter.call('t', 'kv.get', { key: name });
            expect(read.code ?? 'ok').toBe(isReadable ? 'ok' : 'forbidden');
            const got = datacenter.call('t', 'txn.read', {
              ops: [{ KV: { Verb: 'get', Key: name } }],
            });
            const { Results } = JSON.parse(got.body) as { Results: unknown[] };
            expect(Results.length).toBe(isReadable ? 1 : 0);
            const written = datacenter.call('t', 'kv.apply', { verb: 'set', key: name, value: '' });
            const isWritable = levelOf(rules, name) === 'write';
            expect(written.code ?? 'ok').toBe(isWritable ? 'ok' : 'forbidden');
          }
          const below = keys.filter((name) => name.startsWith(prefix)).toSorted();
          const seen = below.filter((name) => mayRead(rules, name));
          const tree = datacenter.call('t', 'kv.list', { prefix });
          const listed = tree.body === '' ? [] : (JSON.parse(tree.body) as KVPair[]);
          expect(listed.map(({ Key }) => Key)).toEqual(seen);
          expect(tree.notes?.Filtered).toBe(seen.length < below.length ? 'true' : undefined);
          const past = { key: prefix, form: 'keys', at: String(tree.index) };
          const then = datacenter.call('t', 'kv.at', past);
          expect(then.code ?? 'ok').toBe('ok');
          const names = datacenter.call('t', 'kv.keys', { prefix });
          expect(names.body === '' ? [] : JSON.parse(names.body)).toEqual(seen);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('lists of keys', () => {
  const LISTS = [
    ['kv.list', {}],
    ['kv.keys', { separator: '/' }],
    ['kv.page', { form: 'keys', limit: 10 }],
  ] as const;
  it.each(LISTS)(
    '%s takes a right of its own where enable_key_list_policy says so',
    (method, args) => {
      for (const keyListPolicy of [false, true]) {
        const datacenter = new Datacenter({ keyListPolicy });
        for (const level of ['read', 'list', 'write'])
          datacenter.token(level, `key_prefix "app/" { policy = "${level}" }`);
        const outcomes = ['read', 'list', 'write', 'root'].map(
          (token) => datacenter.call(token, method, { prefix: 'app/', ...args }).code ?? 'shown',
        );
        expect(outcomes).toEqual([
          keyListPolicy ? 'forbidden' : 'shown',
          'shown',
          'shown',
          'shown',
        ]);
      }
    },
  );
});

describe('who watches', () => {
  const KEY = { key: 'a' };
  const READ = 'key "a" { policy = "read" }';
  const FULL = 'key "a" { policy = "write" }';

  it('is told when what the token sees changes, and others sleep on', () => {
    const datacenter = new Datacenter();
    datacenter.token('t', READ);
    datacenter.token('u', READ);
    const [mine, others] = ['t', 'u'].map((token) => datacenter.watch(token, 'kv.get', KEY));
    datacenter.token('v', FULL);
    expect([mine!.take(), others!.take()]).toEqual([0, 0]);
    datacenter.token('t', FULL);
    expect([mine!.take(), others!.take()]).toEqual([1, 0]);
    datacenter.call('root', 'kv.apply', { verb: 'set', key: 'a', value: '' });
    expect([mine!.take(), others!.take()]).toEqual([1, 1]);
  });

  it('is told when the token is gone, and then refused', () => {
    const all = new Datacenter();
    all.token('t', READ);
    const watcher = all.watch('t', 'kv.get', KEY);
    all.state.writer.apply('test', (tx) => deleteTokenTxn(tx, findTokenRow(tx.sql, 't')!));
    expect(watcher.take()).toBe(1);
    expect(all.call('t', 'kv.get', KEY)).toMatchObject({
      code: 'forbidden',
      body: 'ACL not found',
    });
  });

  it('of the same data with two tokens gets two answers', () => {
    const datacenter = new Datacenter();
    datacenter.token('t', 'node_prefix "" { policy = "read" }');
    datacenter.token('u', 'node "other" { policy = "read" }');
    datacenter.call('root', 'catalog.register', { Node: 'n', Address: '1' });
    const bodies = ['t', 'u', 't'].map((token) => datacenter.call(token, 'catalog.nodes', {}));
    expect(bodies.map(({ body }) => (JSON.parse(body) as unknown[]).length)).toEqual([1, 0, 1]);
    expect(bodies.map(({ notes }) => notes?.Filtered)).toEqual([undefined, 'true', undefined]);
  });
});

describe('registering', () => {
  const WEB = { Node: 'n', Address: '1', Service: { Service: 'web' } };
  const register = (datacenter: Datacenter, token: string, request: object) =>
    datacenter.call(token, 'catalog.register', request).code ?? 'ok';

  it.each([
    ['service "web" { policy = "write" }', WEB, 'forbidden', 'ok'],
    ['service "web" { policy = "write" } node "n" { policy = "write" }', WEB, 'ok', 'ok'],
    ['node "n" { policy = "write" }', WEB, 'forbidden', 'forbidden'],
    ['service "web" { policy = "write" }', { ...WEB, Address: '2' }, 'forbidden', 'forbidden'],
    [
      'service "web" { policy = "write" }',
      { ...WEB, Locality: { Region: 'r' } },
      'forbidden',
      'forbidden',
    ],
    [
      'service "web" { policy = "write" }',
      { ...WEB, Address: '2', SkipNodeUpdate: true },
      'forbidden',
      'ok',
    ],
    [
      'service "db" { policy = "write" }',
      { ...WEB, Service: { ID: 'web', Service: 'db' } },
      'forbidden',
      'forbidden',
    ],
    [
      'service "web" { policy = "write" }',
      { ...WEB, Check: { Name: 'c', Node: 'n' } },
      'forbidden',
      'forbidden',
    ],
    [
      'service "web" { policy = "write" }',
      { ...WEB, Check: { Name: 'c', Node: 'n', ServiceID: 'web' } },
      'forbidden',
      'ok',
    ],
  ])('%s: %j', (rules, request, onUnknownNode, onKnownNode) => {
    const datacenter = new Datacenter();
    datacenter.token('t', rules);
    expect(register(datacenter, 't', request)).toBe(onUnknownNode);
    register(datacenter, 'root', WEB);
    expect(register(datacenter, 't', request)).toBe(onKnownNode);
  });

  it('names the missing right on the service first, and rights before what is wrong with checks', () => {
    const datacenter = new Datacenter();
    datacenter.token('t', '');
    const request = { ...WEB, Check: { Node: 'other', CheckID: 'c' } };
    const { body } = datacenter.call('t', 'catalog.register', request);
    expect(body).toContain(`lacks permission 'service:write' on "web"`);
  });
});

describe('a transaction', () => {
  it('says what is wrong with an operation before it looks at rights', () => {
    const datacenter = new Datacenter();
    datacenter.token('t', '');
    const ops = [
      { KV: { Verb: 'set', Key: '' } },
      { Node: { Verb: 'nope', Node: { Node: 'n' } } },
      { KV: { Verb: 'set', Key: 'a' } },
    ];
    const { body } = datacenter.call('t', 'txn.apply', { ops });
    const { Errors } = JSON.parse(body) as { Errors: { What: string }[] };
    expect(Errors.map(({ What }) => What)).toEqual([
      'Must provide key',
      'unknown node operation: nope',
      expect.stringContaining(`lacks permission 'key:write' on "a"`),
    ]);
  });
});

describe('nobody and a token without rights', () => {
  it('do not share answers: only one of them is told that something is left out', () => {
    const datacenter = new Datacenter();
    datacenter.token('t', '');
    datacenter.call('root', 'catalog.register', { Node: 'n', Address: '1' });
    const notes = ['', 't', ''].map((token) => datacenter.call(token, 'catalog.nodes', {}).notes);
    expect(notes.map((note) => note?.Filtered)).toEqual([undefined, 'true', undefined]);
  });
});

describe('an agent of its node', () => {
  it('registers it and no other, tells of members, and reads no keys', () => {
    const datacenter = new Datacenter();
    const own = nodeTokenOf('n1');
    const codes = [
      datacenter.call(own, 'catalog.register', { Node: 'n1', Address: '1' }),
      datacenter.call(own, 'catalog.register', { Node: 'n2', Address: '1' }),
      datacenter.call(own, 'node.report', { node: 'n2', status: 'alive' }),
      datacenter.call(own, 'kv.get', { key: 'a' }),
      datacenter.call(NODE_TOKEN, 'catalog.register', { Node: 'n1', Address: '2' }),
    ].map(({ code }) => code ?? 'ok');
    expect(codes).toEqual(['ok', 'forbidden', 'ok', 'forbidden', 'forbidden']);
  });
});
