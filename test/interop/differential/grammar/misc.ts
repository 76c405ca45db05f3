/** Events, coordinates, status, operator, snapshot, and what belongs to no endpoint: paths, methods, headers. */
import type { Random } from '../../../linearizability/random.ts';
import type { Step } from '../step.ts';
import { brokenBody, queryOf, readParams, some, sometimes, spoil } from './words.ts';

export function misc(random: Random): Step {
  switch (
    random.weighted({ event: 4, coordinate: 4, status: 2, operator: 4, paths: 3, register: 1 })
  ) {
    case 'event':
      return event(random);
    case 'coordinate':
      return coordinate(random);
    case 'status':
      return {
        method: 'GET',
        path:
          random.pick([
            '/v1/status/leader',
            '/v1/status/peers',
            '/v1/catalog/datacenters',
            '/v1/agent/version',
          ]) +
          queryOf({
            pem: sometimes(random, 9, () => random.pick(['x', 'false'])),
            ...readParams(random),
          }),
      };
    case 'operator':
      return operator(random);
    case 'paths':
      return {
        method: random.pick(['GET', 'PUT', 'OPTIONS', 'HEAD', 'POST', 'DELETE'] as const),
        path: random.pick([
          '/v1/',
          '/v1',
          '/v2/x',
          '/v1/kv',
          '/v1/catalog',
          '/v1/catalog/',
          '/v1/nothing',
          '//v1/kv/a',
          '/v1//kv/a',
          '/v1/kv/../kv/a',
          '/v1/kv/./a',
          '/x',
          '/v1/agent/',
          '/v1/agent/self/x',
          '/v1/status/leader/',
          '/v1/session',
          '/v1/health',
          '/v1/event',
          '/v1/acl',
          '/v1/operator',
          '/v1/config/',
          '/v1/catalog/nodes/x',
          '/v1/kv/%zz',
          '/V1/kv/a',
          '/v1/health/service',
          '/v1/internal/ui/nope',
          '/favicon.ico',
          '/robots.txt',
          '/v1/query/',
          '/v1/query/x/y/z',
        ]),
      };
    case 'register':
      return {
        method: 'PUT',
        path: '/v1/catalog/register',
        body: { Node: random.pick(['m1', 'm2']), Address: '10.0.0.1' },
      };
  }
}

function event(random: Random): Step {
  if (random.integer(0, 2) === 0)
    return {
      method: 'GET',
      path: `/v1/event/list${queryOf({ name: sometimes(random, 2, () => random.pick(['absent-event', ''])), ...some(random, { name: () => 'never-fired' }, 1), ...noIndex(readParams(random)) })}`,
    };
  return {
    method: 'PUT',
    path: `/v1/event/fire/${random.pick(['deploy', 'a/b', '', '%C3%BC', 'x'.repeat(200)])}${queryOf(
      {
        node: sometimes(random, 5, () => random.pick(['n1', '(', '.*'])),
        service: sometimes(random, 5, () => random.pick(['web', '('])),
        tag: sometimes(random, 5, () => random.pick(['v1', '('])),
        ...readParams(random),
      },
    )}`,
    body: random.pick(['', 'payload', 'x'.repeat(900)]),
  };
}

/** Events have a time of their own, by which agents of different ages differ. */
function noIndex(params: ReturnType<typeof readParams>): ReturnType<typeof readParams> {
  return 'index' in params ? {} : params;
}

/** Consul takes updates in batches, seconds later: only what no update reaches is read. */
function coordinate(random: Random): Step {
  if (random.integer(0, 1) === 0)
    return {
      method: 'GET',
      path:
        random.pick([
          '/v1/coordinate/datacenters',
          '/v1/coordinate/node/absent',
          '/v1/coordinate/node/',
        ]) +
        queryOf({
          segment: sometimes(random, 6, () => random.pick(['', 'x'])),
          ...readParams(random),
        }),
    };
  const Coord = {
    Vec: random.pick<unknown>([
      [0, 0, 0, 0, 0, 0, 0, 0],
      [1],
      null,
      [0.1, 0, 0, 0, 0, 0, 0, 0],
      [],
    ]),
    ...some(random, {
      Error: () => random.pick([1.5, 0, -1]),
      Height: () => random.pick([1e-5, 0]),
      Adjustment: () => 0.1,
    }),
  };
  const whole = {
    ...some(
      random,
      {
        Node: () => random.pick(['m1', 'm2', 'absent', '', 'n1']),
        Segment: () => random.pick(['', 'x']),
      },
      1,
    ),
    Coord,
  };
  return {
    method: 'PUT',
    path: `/v1/coordinate/update${queryOf(readParams(random))}`,
    body:
      random.integer(0, 3) === 0
        ? random.pick<() => unknown>([() => spoil(random, whole), () => brokenBody(random)])()
        : whole,
  };
}

function operator(random: Random): Step {
  const path = random.pick([
    '/v1/operator/autopilot/configuration',
    '/v1/operator/autopilot/health',
    '/v1/operator/raft/configuration',
    '/v1/operator/raft/peer',
    '/v1/operator/raft/transfer-leader',
    '/v1/operator/usage',
    '/v1/operator/keyring',
    '/v1/operator/autopilot/state',
    '/v1/snapshot',
    '/v1/exported-services',

    '/v1/acl/tokens',
    '/v1/acl/bootstrap',

    '/v1/internal/service-virtual-ip',

    '/v1/acl/token/self',
    '/v1/acl/login',
  ]);
  const method = random.pick(['GET', 'PUT', 'POST', 'DELETE'] as const);
  if (method !== 'GET' && /usage|state$|health$|snapshot|raft\/conf|exported/.test(path))
    return { method: 'OPTIONS', path };
  if (method === 'GET' && /snapshot/.test(path)) return { method: 'HEAD', path };
  return {
    method,
    path:
      path +
      queryOf({
        address: sometimes(random, 6, () => '1.2.3.4:8300'),
        id: sometimes(random, 6, () => 'x'),
        'relay-factor': sometimes(random, 6, () => random.pick(['1', '9', 'x'])),
        'local-only': sometimes(random, 8, () => random.pick(['true', 'x'])),
        cas: sometimes(random, 6, () => random.pick(['0', '1', 'x'])),
        global: sometimes(random, 8, () => null),
        ...readParams(random),
      }),
    ...(method === 'GET'
      ? {}
      : {
          body: random.pick<unknown>([
            '',
            '{',
            {},
            { Key: 'x' },
            { CleanupDeadServers: true },
            { LastContactThreshold: 'x' },
            { MaxTrailingLogs: -1 },
            { ServerStabilizationTime: '1m', MinQuorum: 3 },
            { Nope: 1 },
            { ServiceName: 'web', ManualVIPs: ['1.2.3.4'] },
          ]),
        }),
  };
}
