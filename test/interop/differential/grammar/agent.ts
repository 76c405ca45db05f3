/** /v1/agent: services and checks of the host, their health and maintenance. */
import type { Random } from '../../../linearizability/random.ts';
import type { Step } from '../step.ts';
import { proxy } from './catalog-bodies.ts';
import { filterFor } from './filters.ts';
import { nodeCheck, serviceCheck } from './agent-checks.ts';
import { bodyOf, queryOf, readParams, some, sometimes } from './words.ts';

const SERVICE_IDS = ['web', 'web1', 'db', 'absent', '', 'consul', 'WEB', 'a%2Fb'];
const CHECK_IDS = [
  'c1',
  'c2',
  'service:web',
  'service:web1',
  'service:web:1',
  'service:web:2',
  'absent',
  '',
  'serfHealth',
  '_node_maintenance',
  '_service_maintenance:web',
];

export function agent(random: Random): Step {
  switch (
    random.weighted({
      service: 7,
      check: 5,
      state: 4,
      end: 2,
      maintenance: 2,
      read: 8,
      catalog: 2,
      misc: 1,
    })
  ) {
    case 'service':
      return {
        method: 'PUT',
        path: `/v1/agent/service/register${queryOf({ 'replace-existing-checks': sometimes(random, 4, () => random.pick([null, 'true', 'false', '1', 'x'])), ...readParams(random) })}`,
        body: spoiled(random, service(random)),
      };
    case 'check':
      return {
        method: 'PUT',
        path: `/v1/agent/check/register${queryOf(readParams(random))}`,
        body: spoiled(random, nodeCheck(random)),
      };
    case 'state':
      return state(random);
    case 'end':
      return {
        method: 'PUT',
        path:
          random.pick([
            `/v1/agent/service/deregister/${random.pick(SERVICE_IDS)}`,
            `/v1/agent/check/deregister/${random.pick(CHECK_IDS)}`,
          ]) + queryOf(readParams(random)),
      };
    case 'maintenance':
      return maintenance(random);
    case 'read':
      return { method: 'GET', path: readPath(random), unordered: true };
    case 'catalog':
      return {
        method: 'GET',
        path: random.pick([
          '/v1/catalog/node/n1',
          '/v1/health/node/n1',
          '/v1/health/service/web',
          '/v1/catalog/service/db',
        ]),
        unordered: true,
      };
    case 'misc':
      return {
        method: random.pick(['PUT', 'GET'] as const),
        path: random.pick([
          ...NAMELESS.map((path) => `/v1/agent/${path}`),
          '/v1/agent/force-leave/absent',
          '/v1/agent/force-leave/',
          '/v1/agent/token/x',
          '/v1/agent/token/default',
          '/v1/agent/token/',
          '/v1/agent/members?wan=1',
          '/v1/agent/members?segment=x',
          '/v1/agent/members?filter=Name==n1',
        ]),
        ...some(random, { body: () => random.pick([{ Token: 'x' }, {}, '', 'x', { Token: 1 }]) }),
      };
  }
}

function spoiled(random: Random, whole: Record<string, unknown>): unknown {
  return bodyOf(random, whole, { whole: 9, spoiled: 2, broken: 1 });
}

function service(random: Random): Record<string, unknown> {
  return {
    ...(random.integer(0, 14) === 0
      ? {}
      : {
          Name: random.pick([
            'web',
            'db',
            'web',
            'a/b',
            '',
            'ü',
            'a b',
            'Web',
            'a_b',
            'x'.repeat(70),
          ]),
        }),
    ...some(
      random,
      {
        ID: () => random.pick(['web1', 'db', 'web', '', 'a/b']),
        Tags: () =>
          random.pick<unknown>([['v1'], ['v1', 'v2'], [], null, ['b', 'a'], ['bad tag!'], ['']]),
        Address: () => random.pick(['10.1.1.1', '', '0.0.0.0', 'svc.example', '::']),
        Port: () => random.pick([80, 0, -1, 65536]),
        SocketPath: () => random.pick(['/tmp/s', '']),
        Meta: () =>
          random.pick<unknown>([
            { version: '1' },
            {},
            null,
            { 'bad key': 'x' },
            { 'consul-x': '1' },
            { a: 'v'.repeat(600) },
          ]),
        Weights: () =>
          random.pick<unknown>([
            { Passing: 10, Warning: 1 },
            {},
            { Passing: 0 },
            null,
            { Warning: 2 },
            { Passing: -1, Warning: 1 },
          ]),
        EnableTagOverride: () => random.pick([true, false]),
        enable_tag_override: () => true,
        TaggedAddresses: () =>
          random.pick<unknown>([
            { lan: { Address: '10.0.0.7', Port: 81 } },
            { wan: { address: '1.1.1.1', port: 2 } },
            {},
            null,
            taggedFamily(random),
          ]),
        Check: () => serviceCheck(random),
        Checks: () => [serviceCheck(random), serviceCheck(random)].slice(0, random.integer(0, 2)),
        Locality: () => random.pick<unknown>([{ Region: 'r', Zone: 'z' }, null]),
        Namespace: () => random.pick(['', 'default']),
        Token: () => 't',
      },
      5,
    ),
    ...some(
      random,
      {
        Kind: () => random.pick(['', 'connect-proxy', 'mesh-gateway', 'ingress-gateway', 'other']),
        Proxy: () => proxy(random),
        Connect: () =>
          random.pick<unknown>([
            { Native: true },
            { SidecarService: {} },
            {},
            { SidecarService: { Port: 21500 } },
            { SidecarService: sidecar(random) },
          ]),
      },
      8,
    ),
  };
}

/** An address under the tag of a family, which it may have or not. */
function taggedFamily(random: Random): Record<string, unknown> {
  const tag = random.pick(['lan_ipv4', 'lan_ipv6', 'wan_ipv4', 'wan_ipv6', 'virtual']);
  const Address = random.pick(['10.0.0.1', '::1', '::ffff:10.0.0.1', 'x', '', '0.0.0.0']);
  return { [tag]: { Address, Port: 3 } };
}

function sidecar(random: Random): Record<string, unknown> {
  return some(
    random,
    {
      Port: () => random.pick([-1, 0, 21_600]),
      Weights: () =>
        random.pick<unknown>([{}, { Passing: -1 }, { Warning: 2 }, { Passing: 3, Warning: 0 }]),
      Name: () => 'named',
      Tags: () => random.pick<unknown>([[], ['own']]),
      Meta: () => random.pick<unknown>([{}, { own: '1' }, { 'a b': 'x' }]),
      Address: () => '10.2.2.2',
      // None of them runs within a sequence.
      Checks: () => random.pick<unknown>([[{ TTL: '1h' }], [{ TTL: '0s' }]]),
      Proxy: () => proxy(random),
      Locality: () => random.pick<unknown>([{}, { Region: 'r' }, { Zone: 'z' }]),
      Connect: () => random.pick<unknown>([{}, { SidecarService: {} }, { Native: true }]),
    },
    3,
  );
}

/** Paths that end in the name of what they are about, which is missing here. */
const NAMELESS = ['service/deregister', 'service/maintenance', 'check/pass', 'check/deregister'];

/**
 * No check here ever runs within a sequence, so no outcome depends on the time. Checks of services of the operating system
 * are left out: Consul has them on Windows only.
 */
function state(random: Random): Step {
  const id = random.pick(CHECK_IDS);
  if (random.integer(0, 1) === 0) {
    const verb = random.pick(['pass', 'warn', 'fail']);
    const note = sometimes(random, 2, () => random.pick(['note', '', 'a b&c']));
    return {
      method: 'PUT',
      path: `/v1/agent/check/${verb}/${id}${queryOf({ note, ...readParams(random) })}`,
    };
  }
  const body = random.pick<unknown>([
    { Status: 'passing' },
    { Status: 'warning', Output: 'o' },
    { Status: 'critical', Output: 'x'.repeat(5000) },
    { Status: 'x' },
    {},
    { Output: 'o' },
    { status: 'passing' },
    '',
    '[]',
    { Status: 1 },
    { Nope: 1 },
  ]);
  return {
    method: 'PUT',
    path: `/v1/agent/check/update/${id}${queryOf(readParams(random))}`,
    body,
  };
}

function maintenance(random: Random): Step {
  const parameters = queryOf({
    enable: sometimes(random, 1, () => random.pick(['true', 'false', 'true', 'x', '', '1'])),
    reason: sometimes(random, 2, () => random.pick(['why', '', 'a b'])),
    ...readParams(random),
  });
  const path = random.pick([
    '/v1/agent/maintenance',
    `/v1/agent/service/maintenance/${random.pick(SERVICE_IDS)}`,
  ]);
  return { method: 'PUT', path: random.integer(0, 9) === 0 ? path : path + parameters };
}

function readPath(random: Random): string {
  const id = random.pick(SERVICE_IDS);
  const path = random.pick([
    '/v1/agent/services',
    '/v1/agent/checks',
    '/v1/agent/checks',
    `/v1/agent/service/${id}`,
    `/v1/agent/health/service/id/${id}`,
    `/v1/agent/health/service/name/${id}`,
  ]);
  return (
    path +
    queryOf({
      filter: sometimes(random, 4, () => filterFor(random, path)),
      format: sometimes(random, 5, () => random.pick(['text', 'json', '', 'x'])),
      ...readParams(random),
    })
  );
}
