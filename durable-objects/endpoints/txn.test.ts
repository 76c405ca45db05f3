import { beforeEach, describe, expect, it } from 'vitest';
import type { TxnOp, TxnResponse } from '../../protocol/types/txn.ts';
import { DatacenterState } from '../datacenter-state.ts';
import { createNodeStorage } from '../testing/node-storage.ts';

let state: DatacenterState;
let now: number;

beforeEach(() => {
  now = 1_000_000;
  let uuids = 0;
  state = new DatacenterState(createNodeStorage(), 'dc1', {
    now: () => now,
    newUUID: () => `uuid-${++uuids}`,
  });
});

function call(method: string, args: unknown) {
  return state.callAlone({ method, args, token: '', actor: 'test' });
}

function run(method: 'txn.apply' | 'txn.read', ops: TxnOp[]): TxnResponse {
  const reply = call(method, { ops });
  expect(reply.code).toBeUndefined();
  return JSON.parse(reply.body) as TxnResponse;
}

/** What the failed transaction said of each operation. */
function failures(method: 'txn.apply' | 'txn.read', ops: TxnOp[]): [number, string][] {
  const reply = call(method, { ops });
  expect(reply.code).toBe('conflict');
  const { Results, Errors } = JSON.parse(reply.body) as TxnResponse;
  expect(Results).toBeNull();
  return Errors!.map(({ OpIndex, What }) => [OpIndex, What]);
}

type KVOp = NonNullable<TxnOp['KV']>;
const kv = (Verb: string, Key: string, rest: Partial<KVOp> = {}): TxnOp => ({
  KV: { Verb: Verb as KVOp['Verb'], Key, ...rest },
});
const put = (Key: string, Value = 'eA=='): void => {
  run('txn.apply', [kv('set', Key, { Value })]);
};
const keys = (): string[] => {
  const { body } = call('kv.keys', { prefix: '' });
  return body === '' ? [] : (JSON.parse(body) as string[]);
};
const node = (Verb: string, Node: string, rest = {}): TxnOp => ({
  Node: { Verb: Verb as 'set', Node: { Node, ...rest } },
});
const service = (Verb: string, Node: string, Service: object): TxnOp => ({
  Service: { Verb: Verb as 'set', Node, Service },
});
const check = (Verb: string, Check: object): TxnOp => ({ Check: { Verb: Verb as 'set', Check } });

describe('keys', () => {
  it('operations see the work of those before them, and share one index', () => {
    const { Results, Errors } = run('txn.apply', [
      kv('set', 'a', { Value: 'MQ==' }),
      kv('get', 'a'),
      kv('set', 'a', { Value: 'Mg==' }),
      kv('get-tree', 'a'),
      kv('delete', 'a'),
      kv('get-or-empty', 'a'),
      kv('check-not-exists', 'a'),
      kv('set', 'b'),
    ]);
    expect(Errors).toBeNull();
    const index = state.writer.lastIndex;
    const pair = (Value: string | null, Key = 'a', at = index) => ({
      KV: { LockIndex: 0, Key, Flags: 0, Value, CreateIndex: at, ModifyIndex: at },
    });
    expect(Results).toEqual([
      pair(null),
      pair('MQ=='),
      pair(null),
      pair('Mg=='),
      pair(null, 'a', 0),
      pair(null, 'b'),
    ]);
  });

  it('flags of 64 bits survive', () => {
    const reply = call('txn.apply', { ops: [kv('set', 'a', { Flags: '18446744073709551615' })] });
    expect(reply.body).toContain('"Flags":18446744073709551615,');
  });

  const SESSION = 'no-such-session';
  it.each<[string, Partial<KVOp>, string]>([
    ['get', {}, 'key "k" doesn\'t exist'],
    ['cas', { Index: 7 }, 'failed to set key "k", index is stale'],
    ['lock', {}, 'missing session'],
    ['lock', { Session: SESSION }, `invalid session "${SESSION}"`],
    ['unlock', {}, 'missing session'],
    [
      'unlock',
      { Session: SESSION },
      'failed to unlock key "k", lock isn\'t held, or is held by another session',
    ],
    ['check-index', { Index: 0 }, 'failed to check index, key "k" doesn\'t exist'],
    ['check-session', {}, 'failed to check session, key "k" doesn\'t exist'],
  ])('%s of a missing key with %o fails', (verb, rest, what) => {
    expect(failures('txn.apply', [kv('set', 'other'), kv(verb, 'k', rest)])).toEqual([[1, what]]);
    expect(keys()).toEqual([]);
  });

  it.each<[string, Partial<KVOp>, string]>([
    ['cas', { Index: 0 }, 'failed to set key "k", index is stale'],
    ['delete-cas', { Index: 1 }, 'failed to delete key "k", index is stale'],
    ['check-index', { Index: 1 }, 'failed index check for key "k", current modify index 2 != 1'],
    [
      'check-session',
      { Session: 's' },
      'failed session check for key "k", current session "" != "s"',
    ],
    ['check-not-exists', {}, 'key "k" exists'],
  ])('%s of an existing key with %o fails', (verb, rest, what) => {
    put('k');
    expect(failures('txn.apply', [kv('set', 'other'), kv(verb, 'k', rest)])).toEqual([[1, what]]);
    expect(keys()).toEqual(['k']);
  });

  it('every failure is named, nothing is kept, and no index is taken', () => {
    put('kept');
    const before = state.writer.lastIndex;
    const ops = [
      kv('get', 'x'),
      kv('set', 'new'),
      kv('delete-tree', ''),
      kv('get', 'kept'),
      kv('set', 'last'),
    ];
    expect(failures('txn.apply', ops).map(([at]) => at)).toEqual([0, 3]);
    expect(keys()).toEqual(['kept']);
    expect(state.writer.lastIndex).toBe(before);
  });

  it('what is wrong beforehand is told alone', () => {
    const ops = [
      kv('set', ''),
      kv('frobnicate', 'a'),
      kv('get', 'missing'),
      kv('constructor', 'b'),
    ];
    expect(failures('txn.apply', ops)).toEqual([
      [0, 'Must provide key'],
      [1, 'unknown KV operation: frobnicate'],
      [3, 'unknown KV operation: constructor'],
    ]);
  });

  it('a lock-delay is told beforehand too', () => {
    call('catalog.register', { Node: 'n1', Address: '10.0.0.1' });
    const create = { Node: 'n1', LockDelayMs: 15_000, NodeChecks: [] };
    const { ID } = JSON.parse(call('session.create', create).body) as { ID: string };
    run('txn.apply', [kv('lock', 'k', { Session: ID })]);
    call('session.destroy', { id: ID });
    const again = [kv('lock', 'k', { Session: 'any' }), kv('get', 'missing')];
    expect(failures('txn.apply', again)).toEqual([[0, 'failed to lock key "k" due to lock delay']]);
    now += 15_000;
    expect(failures('txn.apply', again)).toHaveLength(2);
  });
});

describe('reading', () => {
  it('answers with the fields of a query', () => {
    put('k');
    const answer = run('txn.read', [kv('get', 'k'), {}, kv('check-index', 'k', { Index: 2 })]);
    expect(answer).toMatchObject({ Errors: null, Index: 1, LastContact: 0, KnownLeader: true });
    expect(answer.Results!.map((result) => result.KV?.Value)).toEqual(['eA==', null]);
  });

  it.each([
    ['that ran', kv('get', 'none'), true],
    ['that was refused beforehand', kv('get', ''), false],
  ])('a failure %s knows whether there is a leader', (_name, op, KnownLeader) => {
    const reply = call('txn.read', { ops: [op] });
    expect(reply.code).toBe('conflict');
    expect(JSON.parse(reply.body)).toMatchObject({ Results: null, KnownLeader });
  });

  it('takes no writes', () => {
    expect(call('txn.read', { ops: [kv('set', 'k')] }).code).toBe('bad-request');
    expect(keys()).toEqual([]);
  });

  it.each([
    ['no list', { KV: {} }, 'bad-request'],
    ['too many', Array.from({ length: 129 }, () => ({})), 'too-large'],
    ['a key that is none', [{ KV: { Verb: 'get', Key: 5 } }], 'bad-request'],
  ])('refuses operations from a sidecar that are %s', (_name, ops, code) => {
    expect(call('txn.read', { ops }).code).toBe(code);
    expect(call('txn.apply', { ops }).code).toBe(code);
  });
});

describe('the catalog', () => {
  const HOST = [
    node('set', 'h1', { Address: '10.0.0.1' }),
    service('set', 'h1', { ID: 'db', Service: 'db', Port: 5432 }),
    check('set', { Node: 'h1', CheckID: 'up', Name: 'Up', Status: 'passing', ServiceID: 'db' }),
  ];

  it('registers a whole host with keys at one index', () => {
    const { Results } = run('txn.apply', [kv('set', 'host/h1'), ...HOST]);
    const index = state.writer.lastIndex;
    expect(index).toBe(2);
    expect(Results!.map((result) => Object.values(result)[0].ModifyIndex)).toEqual([2, 2, 2, 2]);
    expect(Results![2]!.Service).toMatchObject({ Tags: null, Weights: { Passing: 1, Warning: 1 } });
    expect(Results![3]!.Check).toMatchObject({ ServiceName: 'db', ServiceTags: null, Type: '' });
  });

  it('undoes a deleted host with its sessions and locks', () => {
    run('txn.apply', HOST);
    const create = { Node: 'h1', LockDelayMs: 0, ServiceChecks: [{ ID: 'up' }] };
    const { ID } = JSON.parse(call('session.create', create).body) as { ID: string };
    run('txn.apply', [kv('lock', 'k', { Session: ID })]);
    expect(failures('txn.apply', [node('delete', 'h1'), kv('get', 'none')])).toHaveLength(1);
    expect(run('txn.read', [kv('check-session', 'k', { Session: ID })]).Results).toHaveLength(1);
    run('txn.apply', [node('delete', 'h1')]);
    expect(run('txn.read', [kv('check-session', 'k')]).Results).toHaveLength(1);
    expect(call('session.get', { id: ID }).body).toBe('[]');
  });

  it('a host that was written and removed again is missing to those behind it', () => {
    const late = service('set', 'h1', { Service: 'late' });
    expect(failures('txn.apply', [...HOST, node('delete', 'h1'), late])).toEqual([
      [HOST.length + 1, 'Missing node registration'],
    ]);
    expect(run('txn.apply', [...HOST, node('delete', 'h1'), node('set', 'h1'), late]).Errors).toBe(
      null,
    );
  });

  it('a check set critical ends the session that hangs on it', () => {
    run('txn.apply', HOST);
    const create = { Node: 'h1', LockDelayMs: 0, ServiceChecks: [{ ID: 'UP' }] };
    const { ID } = JSON.parse(call('session.create', create).body) as { ID: string };
    const critical = { Node: 'h1', CheckID: 'up', Status: 'critical', ServiceID: 'db' };
    run('txn.apply', [check('set', critical)]);
    expect(call('session.get', { id: ID }).body).toBe('[]');
  });

  it.each<[string, TxnOp, string]>([
    ['node get', node('get', 'x'), 'node "x" doesn\'t exist'],
    [
      'node get by half an ID',
      node('get', 'h1', { ID: 'abc' }),
      'node lookup by ID failed: index error: UUID (without hyphens) must be even length',
    ],
    [
      'node get by no ID',
      node('get', 'h1', { ID: 'zz' }),
      "node lookup by ID failed: index error: invalid UUID: encoding/hex: invalid byte: U+007A 'z'",
    ],
    ['node get by a part of an ID', node('get', 'x', { ID: 'ab' }), 'node "x" doesn\'t exist'],
    ['node set', node('set', ''), 'Must provide node'],
    ['node cas', node('cas', 'h1', { ModifyIndex: 9 }), 'failed to set node "h1", index is stale'],
    ['node delete-cas', node('delete-cas', 'h1'), 'failed to delete node "h1", index is stale'],
    ['node verb', node('frob', 'h1'), 'unknown node operation: frob'],
    ['service get', service('get', 'h1', { ID: 'x' }), 'service "x" on node "h1" doesn\'t exist'],
    ['service set', service('set', 'x', { Service: 's' }), 'Missing node registration'],
    [
      'service cas',
      service('cas', 'h1', { Service: 'db', ModifyIndex: 9 }),
      'failed to set service "db" on node "h1", index is stale',
    ],
    [
      'service delete',
      service('delete', 'h1', { ID: 'db' }),
      'Must provide service name (Service.Service) when service ID is provided',
    ],
    [
      'service delete-cas',
      service('delete-cas', 'h1', { Service: 'x' }),
      'failed to delete service "x" on node "h1", index is stale',
    ],
    [
      'check get',
      check('get', { Node: 'h1', CheckID: 'x' }),
      'check "x" on node "h1" doesn\'t exist',
    ],
    [
      'check set',
      check('set', { Node: 'h1', CheckID: 'x', ServiceID: 'x' }),
      'Missing service registration',
    ],
    [
      'check cas',
      check('cas', { Node: 'h1', CheckID: 'up', ModifyIndex: 9 }),
      'failed to set check "up" on node "h1", index is stale',
    ],
    [
      'check delete-cas',
      check('delete-cas', { Node: 'h1', CheckID: 'x' }),
      'failed to delete check "x" on node "h1", index is stale',
    ],
  ])('%s fails with its reason', (_name, op, what) => {
    run('txn.apply', HOST);
    const before = state.writer.lastIndex;
    expect(failures('txn.apply', [kv('set', 'k'), op])).toEqual([[1, what]]);
    expect(keys()).toEqual([]);
    expect(state.writer.lastIndex).toBe(before);
  });

  it('compare-and-set with the right index passes, for all three', () => {
    run('txn.apply', HOST);
    const ModifyIndex = state.writer.lastIndex;
    const { Results } = run('txn.apply', [
      node('cas', 'h1', { Address: '10.0.0.2', ModifyIndex }),
      service('cas', 'h1', { ID: 'db', Service: 'db', Port: 1, ModifyIndex }),
      check('cas', { Node: 'h1', CheckID: 'up', Status: 'warning', ModifyIndex }),
    ]);
    expect(Results).toHaveLength(3);
    const fresh = { ModifyIndex: state.writer.lastIndex };
    const removed = run('txn.apply', [
      check('delete-cas', { Node: 'h1', CheckID: 'up', ...fresh }),
      service('delete-cas', 'h1', { ID: 'db', Service: 'db', ...fresh }),
      node('delete-cas', 'h1', fresh),
    ]);
    expect(removed).toEqual({ Results: [], Errors: null });
    expect(failures('txn.read', [node('get', 'h1')])).toHaveLength(1);
  });
});
