/** Bodies of catalog/register and deregister, sound and odd. */
import type { Random } from '../../../linearizability/random.ts';
import { bodyOf, brokenBody, some, spoil } from './words.ts';

/** The agent's own node would be repaired by each in its own time. */
const STRANGE_NODES = ['M1', 'absent', 'a b', 'ü', ''];
export const NODES = ['m1', 'm2', 'M1', 'n1', 'absent', 'a b', 'ü', ''];
export const SERVICES = ['web', 'db', 'WEB', 'absent', 'web-sidecar-proxy', 'a b', 'consul', ''];
const STATUSES = ['passing', 'warning', 'critical', '', 'maintenance', 'unknown', 'PASSING'];
const IDS = [
  '11111111-1111-1111-1111-111111111111',
  '22222222-2222-2222-2222-222222222222',
  'x',
  '',
];

export function registerBody(random: Random): unknown {
  const whole = registration(random);
  return bodyOf(random, whole, { whole: 12, spoiled: 3, broken: 1 });
}

function registration(random: Random): Record<string, unknown> {
  return {
    Node: random.integer(0, 9) === 0 ? random.pick(STRANGE_NODES) : random.pick(['m1', 'm2', 'm3']),
    ...(random.integer(0, 9) === 0
      ? {}
      : { Address: random.pick(['10.0.0.1', '10.0.0.2', 'host.example', '10.0.0.1', '', '::1']) }),
    ...some(
      random,
      {
        ID: () => random.pick(IDS),
        Datacenter: () => random.pick(['dc1', '', 'dc2', 'DC1']),
        TaggedAddresses: () =>
          random.pick<unknown>([
            {},
            { lan: '10.0.0.1' },
            { wan: '1.2.3.4', lan_ipv4: '10.0.0.9' },
            null,
            { 'x y': '' },
          ]),
        NodeMeta: () =>
          random.pick<unknown>([
            {},
            { zone: 'a' },
            { zone: 'b', rack: '1' },
            null,
            { 'bad key': 'x' },
            { 'consul-x': 'y' },
            { k: 'v'.repeat(600) },
            { '': 'x' },
          ]),
        SkipNodeUpdate: () => random.pick([true, false]),
        Locality: () =>
          random.pick<unknown>([
            { Region: 'r', Zone: 'z' },
            { Region: 'r' },
            {},
            { Zone: 'z' },
            null,
          ]),
        PeerName: () => random.pick(['', 'p']),
        Partition: () => 'default',
      },
      6,
    ),
    ...some(random, { Service: () => service(random) }, 2),
    ...some(random, { Check: () => check(random) }, 4),
    ...some(
      random,
      { Checks: () => [check(random), check(random)].slice(0, random.integer(0, 2)) },
      5,
    ),
  };
}

export function service(random: Random): Record<string, unknown> {
  return {
    ...(random.integer(0, 14) === 0
      ? {}
      : {
          Service: random.integer(0, 9) === 0 ? random.pick(SERVICES) : random.pick(['web', 'db']),
        }),
    ...some(
      random,
      {
        ID: () => random.pick(['web1', 'web2', 'db1', '', 'WEB1', 'a/b']),
        Port: () => random.pick([80, 0, -1, 65536, 8080]),
        Address: () => random.pick(['10.1.1.1', '', 'svc.example', '0.0.0.0', '::', 'fe80::1']),
        Tags: () =>
          random.pick<unknown>([['v1'], ['v1', 'v2'], [], null, ['V1', 'v1'], [''], ['b', 'a']]),
        Meta: () =>
          random.pick<unknown>([
            { version: '1' },
            {},
            null,
            { 'bad key!': 'x' },
            { a: 'b', version: '2' },
          ]),
        Weights: () =>
          random.pick<unknown>([
            { Passing: 10, Warning: 2 },
            { Passing: 0, Warning: 0 },
            {},
            { Passing: -1 },
            null,
            { Passing: 1 },
            { Warning: 3 },
            { Passing: 70000, Warning: 1 },
          ]),
        EnableTagOverride: () => random.pick([true, false]),
        TaggedAddresses: () =>
          random.pick<unknown>([
            { lan: { Address: '10.0.0.7', Port: 81 } },
            { wan: { Address: '1.1.1.1' } },
            {},
            null,
            { virtual: { Address: '240.0.0.1', Port: 1 } },
          ]),
        SocketPath: () => random.pick(['/tmp/s', '']),
        Connect: () => random.pick<unknown>([{ Native: true }, {}, { Native: false }, null]),
        Locality: () => random.pick<unknown>([{ Region: 'r', Zone: 'z' }, { Region: 'r2' }, null]),
        PeerName: () => '',
        Namespace: () => 'default',
      },
      4,
    ),
    ...some(
      random,
      {
        Kind: () =>
          random.pick([
            '',
            'connect-proxy',
            'mesh-gateway',
            'terminating-gateway',
            'ingress-gateway',
            'api-gateway',
            'other',
            'Connect-Proxy',
          ]),
        Proxy: () => proxy(random),
      },
      6,
    ),
  };
}

export function proxy(random: Random): Record<string, unknown> {
  return some(
    random,
    {
      DestinationServiceName: () => random.pick(['web', 'db', '', '*']),
      DestinationServiceID: () => random.pick(['web1', '']),
      LocalServiceAddress: () => random.pick(['127.0.0.1', '']),
      LocalServicePort: () => random.pick([80, 0, -1]),
      LocalServiceSocketPath: () => '/tmp/x',
      Mode: () => random.pick(['', 'direct', 'transparent', 'other']),
      Config: () =>
        random.pick<unknown>([{}, { protocol: 'http' }, { a: { b: [1, 'x', null] } }, null]),
      Upstreams: () =>
        random.pick<unknown>([
          [],
          [{ DestinationName: 'db', LocalBindPort: 9000 }],
          [{ DestinationName: 'db' }],
          [{ DestinationType: 'prepared_query', DestinationName: 'q', LocalBindPort: 9001 }],
          [{}],
          null,
          [
            {
              DestinationName: 'db',
              LocalBindPort: 9000,
              Config: { x: 1 },
              MeshGateway: { Mode: 'local' },
            },
          ],
        ]),
      MeshGateway: () =>
        random.pick<unknown>([
          {},
          { Mode: 'local' },
          { Mode: 'none' },
          { Mode: 'remote' },
          { Mode: 'x' },
        ]),
      Expose: () =>
        random.pick<unknown>([
          {},
          { Checks: true },
          { Paths: [{ Path: '/h', ListenerPort: 1, LocalPathPort: 2, Protocol: 'http' }] },
          { Paths: [{}] },
          { Checks: false, Paths: [] },
          {
            Paths: [
              {
                Path: '/h',
                ListenerPort: 1,
                LocalPathPort: 0,
                Protocol: '',
                ParsedFromCheck: true,
              },
            ],
          },
        ]),
      TransparentProxy: () =>
        random.pick<unknown>([
          {},
          { OutboundListenerPort: 15001 },
          { DialedDirectly: true },
          { OutboundListenerPort: 0, DialedDirectly: false },
        ]),
      AccessLogs: () =>
        random.pick<unknown>([
          {},
          { Enabled: true },
          { Enabled: true, Type: '', Path: '', DisableListenerLogs: false },
          { Enabled: true, Type: 'file', Path: '/x' },
          { Type: 'x' },
        ]),
    },
    3,
  );
}

export function check(random: Random): Record<string, unknown> {
  return some(
    random,
    {
      CheckID: () => random.pick(['c1', 'c2', '', 'serfHealth']),
      Name: () => random.pick(['check', '', 'other']),
      Status: () => random.pick(STATUSES),
      ServiceID: () => random.pick(['web', 'web1', 'db', '', 'absent']),
      ServiceName: () => random.pick(['x', '']),
      ServiceTags: () => random.pick<unknown>([['x'], [], null]),
      Node: () => random.pick(['m1', 'other', '']),
      Notes: () => random.pick(['n', '']),
      Output: () => random.pick(['out\nput', '']),
      Type: () => random.pick(['http', '', 'x']),
      Interval: () => random.pick(['10s', '', 'x']),
      Timeout: () => random.pick(['1s', '']),
      ExposedPort: () => random.pick([0, 5, -1]),
      Definition: () =>
        random.pick<unknown>([
          {},
          { HTTP: 'http://x', Interval: '10s', Timeout: '5s' },
          { TCP: 'x:1', IntervalDuration: '5s' },
          { Interval: 'x' },
          { Interval: 1e9 },
          { Header: { A: ['b'] }, DeregisterCriticalServiceAfter: '1m' },
          { Nope: 1 },
        ]),
    },
    2,
  );
}

export function deregisterBody(random: Random): unknown {
  if (random.integer(0, 7) === 0) return brokenBody(random);
  const whole = some(
    random,
    {
      Node: () => random.pick(['m1', 'm2', 'm3', 'M1', 'absent', '']),
      ServiceID: () => random.pick(['web', 'web1', 'db', 'absent', '']),
      CheckID: () => random.pick(['c1', 'c2', 'absent', '']),
      Datacenter: () => random.pick(['dc1', 'dc2', '']),
      Address: () => '10.0.0.1',
    },
    2,
  );
  return random.integer(0, 9) === 0 ? spoil(random, whole) : whole;
}
