import { describe, expect, it } from 'vitest';
import { statsTags } from './stats-tags.ts';

const PROXY = { cluster: 'web', source: 'web', datacenter: 'dc1' };
const tags = (omitDeprecated = false) => statsTags(PROXY, [], omitDeprecated);

/** What Envoy would make of a metric's name: each tag's value is the inner group. */
function found(metric: string): Record<string, string> {
  const values = tags(true).flatMap(({ regex, tag_name }) => {
    const match = regex === undefined ? null : new RegExp(regex).exec(metric);
    return match?.[2] === undefined ? [] : [[tag_name.replace('consul.', ''), match[2]]];
  });
  return Object.fromEntries(values);
}

describe('tags of a cluster', () => {
  const destination = {
    'destination.service': 'pong',
    'destination.namespace': 'default',
    'destination.datacenter': 'dc2',
    'destination.routing_type': 'internal',
    'destination.trust_domain': 'aaaa',
    'destination.target': 'pong.default.dc2',
    'destination.full_target': 'pong.default.dc2.internal.aaaa',
  };

  it.each([
    ['plain', 'cluster.pong.default.dc2.internal.aaaa.consul.bind_errors', destination],
    [
      'passed through',
      'cluster.passthrough~pong.default.dc2.internal.aaaa.consul.bind_errors',
      destination,
    ],
    [
      'with a subset',
      'cluster.v2.pong.default.dc2.internal.aaaa.consul.bind_errors',
      {
        ...destination,
        'destination.service_subset': 'v2',
        'destination.target': 'v2.pong.default.dc2',
        'destination.full_target': 'v2.pong.default.dc2.internal.aaaa',
      },
    ],
    [
      'with a hash',
      'cluster.f8f8f8~pong.default.dc2.internal.aaaa.consul.bind_errors',
      {
        ...destination,
        'destination.custom_hash': 'f8f8f8',
        'destination.target': 'f8f8f8~pong.default.dc2',
        'destination.full_target': 'f8f8f8~pong.default.dc2.internal.aaaa',
      },
    ],
    [
      'of a peer',
      'cluster.pong.default.cloud.external.aaaa.consul.bind_errors',
      {
        'destination.peer': 'cloud',
        'destination.service': 'pong',
        'destination.routing_type': 'external',
      },
    ],
  ])('%s', (_what, metric, expected) => {
    expect(found(metric)).toMatchObject(expected);
  });
});

it.each([
  [
    'tcp.upstream.db.dc1.downstream_cx_total',
    { 'upstream.service': 'db', 'upstream.datacenter': 'dc1' },
  ],
  [
    'http.upstream.db.ns1.part1.dc1.rq',
    {
      'upstream.service': 'db',
      'upstream.namespace': 'ns1',
      'upstream.partition': 'part1',
      'upstream.datacenter': 'dc1',
    },
  ],
  ['tcp.upstream_peered.db.cloud.rq', { 'upstream.service': 'db', 'upstream.peer': 'cloud' }],
])('tags of an upstream: %s', (metric, expected) => {
  expect(found(metric)).toEqual(expected);
});

it('those from before Consul 1.9 may be left out', () => {
  const names = (omit: boolean) => tags(omit).map(({ tag_name }) => tag_name);
  const deprecated = names(false).filter((name) => !names(true).includes(name));
  expect(names(false)).toHaveLength(30);
  expect(deprecated).toEqual(
    [
      'custom_hash',
      'service_subset',
      'service',
      'namespace',
      'datacenter',
      'routing_type',
      'trust_domain',
      'target',
      'full_target',
    ].map((name) => `consul.${name}`),
  );
});

it("the proxy's own come first, and a name alone is a flag", () => {
  expect(statsTags(PROXY, ['a=b=c', 'd'], true).slice(0, 2)).toEqual([
    { tag_name: 'a', fixed_value: 'b=c' },
    { tag_name: 'd', fixed_value: '1' },
  ]);
});
