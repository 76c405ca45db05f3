/** Filter expressions over the selectors of an endpoint, good and bad. */
import type { Random } from '../../../linearizability/random.ts';

const SELECTORS: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /catalog\/nodes|ui\/nodes/,
    [
      'ID',
      'Node',
      'Address',
      'Datacenter',
      'TaggedAddresses',
      'TaggedAddresses.lan',
      'Meta',
      'Meta.zone',
      'PeerName',
      'Partition',
      'CreateIndex',
      'Locality',
      'Locality.Region',
    ],
  ],
  [
    /catalog\/node|agent\/services/,
    [
      'ID',
      'Service',
      'Port',
      'Tags',
      'Address',
      'Meta',
      'Meta.version',
      'TaggedAddresses.lan.Address',
      'TaggedAddresses.lan.Port',
      'Weights.Passing',
      'EnableTagOverride',
      'Kind',
      'Connect.Native',
      'Proxy.DestinationServiceName',
      'Proxy.Upstreams',
      'Proxy.Upstreams.DestinationName',
      'SocketPath',
      'PeerName',
      'Locality.Zone',
      'CreateIndex',
      'Proxy.Config',
      'Proxy.Mode',
      'ContentHash',
      'Datacenter',
    ],
  ],
  [
    /catalog\/(service|connect)/,
    [
      'Node',
      'ID',
      'Address',
      'Datacenter',
      'ServiceName',
      'ServiceID',
      'ServicePort',
      'ServiceTags',
      'ServiceMeta',
      'ServiceMeta.version',
      'NodeMeta',
      'NodeMeta.zone',
      'ServiceAddress',
      'ServiceKind',
      'ServiceWeights.Passing',
      'ServiceEnableTagOverride',
      'ServiceTaggedAddresses',
      'ServiceConnect.Native',
      'ServiceProxy.DestinationServiceName',
      'ServiceSocketPath',
      'TaggedAddresses.lan',
    ],
  ],
  [
    /health\/(service|connect|ingress)/,
    [
      'Node',
      'Node.Node',
      'Node.Meta.zone',
      'Service',
      'Service.Service',
      'Service.Port',
      'Service.Tags',
      'Service.Meta',
      'Service.ID',
      'Checks',
      'Checks.Status',
      'Checks.CheckID',
      'Checks.Name',
      'Checks.Definition.HTTP',
      'Service.Weights.Warning',
      'Node.Datacenter',
      'Service.Kind',
      'Checks.ServiceTags',
      'Service.Proxy.Upstreams.DestinationName',
    ],
  ],
  [
    /./,
    [
      'Node',
      'CheckID',
      'Name',
      'Status',
      'ServiceID',
      'ServiceName',
      'ServiceTags',
      'Output',
      'Notes',
      'Type',
      'Definition.HTTP',
      'Definition.Interval',
      'ExposedPort',
      'Interval',
      'Timeout',
      'CreateIndex',
      'Definition.Header',
      'Partition',
    ],
  ],
];
const VALUES = [
  'web',
  'm1',
  '80',
  '"v1"',
  '"web"',
  '`db`',
  '"a"',
  'true',
  'passing',
  '""',
  '10',
  '"1"',
  '0',
  '-1',
  '1.5',
  '"10.0.0.1"',
  '"["',
  '"^w"',
  '"m.*"',
  'db',
  'check',
  '"ü"',
  'a.b',
  '0x10',
  'TRUE',
  'T',
];

export function filterFor(random: Random, path: string): string {
  const selectors = SELECTORS.find(([pattern]) => pattern.test(path))![1];
  return expression(random, selectors, random.integer(0, 2));
}

function expression(random: Random, selectors: readonly string[], depth: number): string {
  if (depth === 0) return atom(random, selectors);
  const part = (): string => expression(random, selectors, depth - 1);
  return random.pick([
    () => `${part()} and ${part()}`,
    () => `${part()} or ${part()}`,
    () => `not ${part()}`,
    () => `(${part()})`,
    () => `not (${part()} or ${part()})`,
  ])();
}

function atom(random: Random, selectors: readonly string[]): string {
  const at = selector(random, selectors);
  const value = random.pick(VALUES);
  return random.pick([
    `${at} == ${value}`,
    `${at} != ${value}`,
    `${value} in ${at}`,
    `${value} not in ${at}`,
    `${at} contains ${value}`,
    `${at} not contains ${value}`,
    `${at} is empty`,
    `${at} is not empty`,
    `${at} matches ${value}`,
    `${at} not matches ${value}`,
    `${at}`,
    `${at} ==`,
    `${at}==${value}`,
    `${at} = ${value}`,
    `${at} startswith ${value}`,
    `${at} < 5`,
    `"${at.split('.')[0]}" == ${value}`,
  ]);
}

function selector(random: Random, selectors: readonly string[]): string {
  const known = random.pick(selectors);
  switch (random.weighted({ known: 14, quoted: 1, lower: 1, deeper: 1, absent: 1, pointer: 1 })) {
    case 'known':
      return known;
    case 'quoted':
      return known.replace(/\.(\w+)$/, '["$1"]');
    case 'lower':
      return known.toLowerCase();
    case 'deeper':
      return `${known}.x`;
    case 'absent':
      return 'Nope';
    case 'pointer':
      return `"/${known.replaceAll('.', '/')}"`;
  }
}
