/** /v1/txn: all verbs of keys, nodes, services and checks. */
import type { Random } from '../../../linearizability/random.ts';
import type { Step } from '../step.ts';
import { check, service } from './catalog-bodies.ts';
import { brokenBody, queryOf, readParams, some, spoil } from './words.ts';

const KV_VERBS = [
  'set',
  'cas',
  'lock',
  'unlock',
  'get',
  'get-tree',
  'get-or-empty',
  'check-index',
  'check-session',
  'check-not-exists',
  'delete',
  'delete-tree',
  'delete-cas',
  'nope',
  '',
];
const CATALOG_VERBS = ['set', 'cas', 'get', 'delete', 'delete-cas', 'nope', ''];
const KEYS = ['a', 'a/b', 'b', 'c/d', '', '/x'];
const NODES = ['m1', 'm2', 'absent', ''];

/** What Consul loses of a service on its way through a transaction; ours keeps it. */
const DROPPED = ['SocketPath', 'Locality', 'Connect', 'Proxy', 'Kind'];

function without(
  value: Record<string, unknown>,
  names: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

export function txn(random: Random): Step {
  switch (random.weighted({ txn: 8, put: 2, session: 1, register: 2, read: 2 })) {
    case 'txn':
      return { method: 'PUT', path: `/v1/txn${queryOf(readParams(random))}`, body: body(random) };
    case 'put':
      return {
        method: 'PUT',
        path: `/v1/kv/${random.pick(['a', 'a/b', 'b'])}`,
        body: random.pick(['1', '2']),
      };
    case 'session':
      return { method: 'PUT', path: '/v1/session/create', save: 's1', body: {} };
    case 'register':
      return {
        method: 'PUT',
        path: '/v1/catalog/register',
        body: {
          Node: random.pick(['m1', 'm2']),
          Address: '10.0.0.1',
          ...some(random, {
            Service: () => ({ Service: 'web', Port: 80 }),
            Check: () => ({ CheckID: 'c1', Name: 'c', Status: 'passing' }),
          }),
        },
      };
    case 'read':
      return {
        method: 'GET',
        path: random.pick([
          '/v1/kv/?recurse',
          '/v1/catalog/nodes',
          '/v1/catalog/node/m1',
          '/v1/health/node/m1',
          '/v1/catalog/service/web',
        ]),
      };
  }
}

function body(random: Random): unknown {
  if (random.integer(0, 14) === 0) return brokenBody(random);
  const ops = Array.from({ length: random.integer(0, 4) }, () => op(random));
  if (random.integer(0, 9) === 0 && ops.length > 0) ops[0] = spoil(random, ops[0]!);
  return ops;
}

function op(random: Random): Record<string, unknown> {
  switch (random.weighted({ kv: 6, node: 2, service: 2, check: 2, empty: 0.3 })) {
    case 'kv':
      return { KV: kvOp(random) };
    case 'node':
      return { Node: { Verb: random.pick(CATALOG_VERBS), Node: node(random) } };
    case 'service':
      return {
        Service: {
          Verb: random.pick(CATALOG_VERBS),
          Node: random.pick(NODES),
          Service: {
            ...without(service(random), DROPPED),
            ...some(random, { ModifyIndex: () => random.pick([0, 1]) }, 6),
          },
        },
      };
    case 'check':
      return {
        Check: {
          Verb: random.pick(CATALOG_VERBS),
          Check: {
            Node: random.pick(NODES),
            ...without(check(random), ['Interval', 'Timeout']),
            ...some(random, { ModifyIndex: () => random.pick([0, 1]) }, 6),
          },
        },
      };
    case 'empty':
      return random.pick<Record<string, unknown>>([
        {},
        { KV: null },
        { Node: {} },
        { Service: {} },
        { Check: {} },
        { KV: {} },
        { Intention: {} },
        { Session: {} },
      ]);
  }
}

function kvOp(random: Random): Record<string, unknown> {
  return {
    Verb: random.pick(KV_VERBS),
    Key: random.pick(KEYS),
    ...some(
      random,
      {
        Value: () => random.pick<unknown>(['', 'aGVsbG8=', 'aGVsbG8', '!!', null, 'YQ==']),
        Flags: () => random.pick<unknown>([0, 7, -1, 1.5, null]),
        Index: () => random.pick<unknown>([0, 1, 99999, -1]),
        Session: () => random.pick(['{s1}', 'x', '']),
        Namespace: () => 'default',
      },
      3,
    ),
  };
}

function node(random: Random): Record<string, unknown> {
  return {
    Node: random.pick(NODES),
    ...some(
      random,
      {
        ID: () => random.pick(['11111111-1111-1111-1111-111111111111', 'x', '']),
        Address: () => random.pick(['10.0.0.1', '10.0.0.2', '']),
        Datacenter: () => random.pick(['dc1', '']),
        Meta: () => random.pick<unknown>([{ a: 'b' }, {}, null, { 'bad key': 'x' }]),
        TaggedAddresses: () => random.pick<unknown>([{ lan: '1.1.1.1' }, {}, null]),
        ModifyIndex: () => random.pick([0, 1, 5]),
        Partition: () => 'default',
      },
      3,
    ),
  };
}
