/** /v1/session, with locks, nodes and checks that sessions hang on. */
import type { Random } from '../../../linearizability/random.ts';
import type { Step } from '../step.ts';
import { bodyOf, queryOf, readParams, some } from './words.ts';

const IDS = ['{s1}', '{s2}', '{s3}', 'x', '', '00000000-0000-0000-0000-000000000000', '{S1}'];
const NODES = ['n1', 'm1', 'N1', 'absent', ''];

export function session(random: Random): Step {
  const id = random.pick(IDS);
  switch (random.weighted({ create: 6, look: 4, end: 2, lock: 3, node: 3, read: 2 })) {
    case 'create':
      return {
        method: 'PUT',
        path: `/v1/session/create${queryOf(readParams(random))}`,
        body: body(random),
        save: random.pick(['s1', 's2', 's3']),
      };
    case 'look':
      return {
        method: 'GET',
        // Sorted by ID, which is random.
        unordered: true,
        path:
          random.pick([
            `/v1/session/info/${id}`,
            '/v1/session/list',
            `/v1/session/node/${random.pick(NODES)}`,
          ]) + queryOf(readParams(random)),
      };
    case 'end':
      return {
        method: 'PUT',
        path: `/v1/session/${random.pick(['destroy', 'renew'])}/${id}${queryOf(readParams(random))}`,
      };
    case 'lock':
      return {
        method: 'PUT',
        path: `/v1/kv/lock/${random.pick(['a', 'b'])}?${random.pick(['acquire', 'release'])}=${id}`,
        body: random.pick(['', 'v']),
      };
    case 'node':
      return {
        method: 'PUT',
        path: `/v1/catalog/${random.pick(['register', 'register', 'register', 'deregister'])}`,
        body: node(random),
      };
    case 'read':
      return {
        method: 'GET',
        path: random.pick(['/v1/kv/lock/a', '/v1/kv/lock?recurse']),
      };
  }
}

function body(random: Random): unknown {
  const whole = some(
    random,
    {
      Name: () => random.pick(['mine', '', 'ü']),
      Node: () => random.pick(NODES),
      ID: () => random.pick(['x', '{s1}']),
      LockDelay: () =>
        random.pick<unknown>([
          '15s',
          '0s',
          '61s',
          '-1s',
          'x',
          15,
          0,
          1000,
          '15',
          1e9,
          6e10,
          61e9,
          '',
          null,
          1.5,
          '1h',
        ]),
      Behavior: () => random.pick(['release', 'delete', '', 'other', 'Release']),
      TTL: () =>
        random.pick(['10s', '9s', '86400s', '86401s', '', 'x', '0s', '15', '1m30s', '-10s']),
      Checks: () =>
        random.pick<unknown>([
          [],
          ['serfHealth'],
          ['c1'],
          ['c1', 'serfHealth'],
          ['absent'],
          null,
          [''],
        ]),
      NodeChecks: () => random.pick<unknown>([[], ['serfHealth'], ['c1'], ['absent'], null]),
      ServiceChecks: () =>
        random.pick<unknown>([
          [],
          [{ ID: 'sc1' }],
          [{ ID: 'absent' }],
          [{ ID: 'sc1', Namespace: 'default' }],
          null,
          [{ ID: 'c1' }],
        ]),
    },
    4,
  );
  return bodyOf(random, whole, { whole: 8, spoiled: 2, broken: 1, none: 1 });
}

function node(random: Random): unknown {
  const status = random.pick(['passing', 'warning', 'critical', 'maintenance']);
  const Node = random.pick(['m1', 'm1', 'n1']);
  return random.pick<unknown>([
    {
      Node,
      SkipNodeUpdate: true,
      Address: '127.0.0.1',
      Check: { CheckID: 'c1', Name: 'c', Status: status },
    },
    {
      Node,
      Address: '127.0.0.1',
      SkipNodeUpdate: true,
      Service: { Service: 'web' },
      Check: { CheckID: 'sc1', Name: 's', ServiceID: 'web', Status: status },
    },
    { Node: 'm1', Address: '127.0.0.1' },
    { Node: 'm1', CheckID: 'c1' },
    { Node: 'm1', ServiceID: 'web' },
  ]);
}
