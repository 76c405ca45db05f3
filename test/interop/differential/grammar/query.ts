/** /v1/query: definitions, templates, execution, explain. */
import type { Random } from '../../../linearizability/random.ts';
import type { Step } from '../step.ts';
import { bodyOf, queryOf, readParams, some, sometimes } from './words.ts';

const IDS = [
  '{q1}',
  '{q2}',
  'one',
  'tpl',
  'tpl-web',
  'absent',
  '',
  '00000000-0000-0000-0000-000000000000',
  'ONE',
];

export function query(random: Random): Step {
  const id = random.pick(IDS);
  switch (
    random.weighted({
      create: 5,
      update: 2,
      remove: 1,
      list: 2,
      execute: 5,
      register: 4,
      session: 1,
    })
  ) {
    case 'create':
      return {
        method: 'POST',
        path: `/v1/query${queryOf(readParams(random))}`,
        body: body(random),
        save: random.pick(['q1', 'q2']),
      };
    case 'update':
      return {
        method: 'PUT',
        path: `/v1/query/${id}${queryOf(readParams(random))}`,
        body: body(random),
      };
    case 'remove':
      return { method: 'DELETE', path: `/v1/query/${id}${queryOf(readParams(random))}` };
    case 'list':
      // The list is sorted by ID, which is random.
      return {
        method: 'GET',
        unordered: true,
        path: random.pick(['/v1/query', `/v1/query/${id}`]) + queryOf(readParams(random)),
      };
    case 'execute':
      return {
        method: random.integer(0, 15) === 0 ? 'POST' : 'GET',
        path: `/v1/query/${id}/${random.pick(['execute', 'execute', 'execute', 'explain', 'nope'])}${queryOf(
          {
            limit: sometimes(random, 5, () => random.pick(['1', '0', '-1', 'x', '100'])),
            near: sometimes(random, 6, () => random.pick(['_agent', 'm1', 'absent', '_ip'])),
            connect: sometimes(random, 6, () => random.pick([null, 'true', 'false', 'x'])),
            ...readParams(random),
          },
        )}`,
        unordered: true,
      };
    case 'register':
      return { method: 'PUT', path: '/v1/catalog/register', body: registration(random) };
    case 'session':
      return { method: 'PUT', path: '/v1/session/create', save: 's1', body: { LockDelay: '0s' } };
  }
}

function registration(random: Random): unknown {
  const Node = random.pick(['m1', 'm2', 'm3']);
  return {
    Node,
    Address: `10.0.0.${Node.slice(1)}`,
    ...some(random, { NodeMeta: () => random.pick([{ zone: 'a' }, { zone: 'b' }]) }),
    Service: {
      Service: random.pick(['web', 'db', 'tpl-web']),
      Port: 80,
      ...some(random, {
        Tags: () => random.pick([['v1'], ['v1', 'v2'], ['V2']]),
        Meta: () => ({ version: '1' }),
        Connect: () => ({ Native: true }),
      }),
    },
    ...some(random, {
      Check: () => ({
        CheckID: 'c',
        Name: 'c',
        Status: random.pick(['passing', 'warning', 'critical']),
        ...some(random, { ServiceID: () => 'web' }),
      }),
    }),
  };
}

function body(random: Random): unknown {
  const whole = {
    ...some(
      random,
      {
        Name: () => random.pick(['one', 'two', '', 'tpl', 'web', 'a.b', 'ü', 'x y']),
        ID: () => random.pick(['x', '{q1}', '']),
        Session: () => random.pick(['{s1}', 'x', '']),
        Token: () => 't',
        DNS: () =>
          random.pick<unknown>([
            { TTL: '10s' },
            { TTL: 'x' },
            { TTL: '-1s' },
            { TTL: '' },
            {},
            null,
            { TTL: '0s' },
            { TTL: 5 },
          ]),
        Template: () =>
          random.pick<unknown>([
            { Type: 'name_prefix_match' },
            { Type: 'name_prefix_match', Regexp: '^tpl-(.*)$' },
            { Type: 'name_prefix_match', Regexp: '(' },
            { Type: 'x' },
            {},
            null,
            { Type: 'name_prefix_match', RemoveEmptyTags: true },
          ]),
      },
      3,
    ),
    ...(random.integer(0, 14) === 0 ? {} : { Service: serviceOf(random) }),
  };
  return bodyOf(random, whole, { whole: 9, spoiled: 2, broken: 1 });
}

function serviceOf(random: Random): Record<string, unknown> {
  return {
    ...(random.integer(0, 14) === 0
      ? {}
      : {
          Service: random.pick([
            'web',
            'db',
            '${name.full}',
            '${match(1)}',
            '${name.suffix}',
            '',
            '${nope}',
            '${name.full',
            'WEB',
          ]),
        }),
    ...some(
      random,
      {
        Failover: () =>
          random.pick<unknown>([
            { NearestN: 1 },
            { NearestN: -1 },
            { Datacenters: ['dc2'] },
            { Datacenters: ['dc1', ''] },
            {},
            { Targets: [{ Datacenter: 'dc2' }] },
            { Targets: [{ Peer: 'p' }] },
            { NearestN: 1, Targets: [{ Peer: 'p' }] },
            null,
            { Targets: [] },
            { Targets: [{}] },
          ]),
        OnlyPassing: () => random.pick([true, false]),
        IgnoreCheckIDs: () => random.pick<unknown>([['c'], ['absent'], [], null]),
        Near: () => random.pick(['', '_agent', 'm1', '_ip']),
        Tags: () =>
          random.pick<unknown>([['v1'], ['!v2'], ['V1'], [], null, ['v1', '!v1'], [''], ['!']]),
        NodeMeta: () =>
          random.pick<unknown>([{ zone: 'a' }, {}, null, { 'bad key': 'x' }, { '': 'x' }]),
        ServiceMeta: () => random.pick<unknown>([{ version: '1' }, { version: '2' }, {}, null]),
        Connect: () => random.pick([true, false]),
        Peer: () => random.pick(['', 'p']),
        SamenessGroup: () => random.pick(['', 'sg']),
        EnterpriseMeta: () => null,
        Namespace: () => 'default',
      },
      5,
    ),
  };
}
