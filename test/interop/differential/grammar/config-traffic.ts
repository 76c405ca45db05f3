/** Members of the entries that direct traffic and say who may speak to whom. */
import { type Members, seconds, service } from './config-words.ts';
import { some } from './words.ts';

export const TRAFFIC: Record<
  'service-resolver' | 'service-splitter' | 'service-router' | 'service-intentions',
  Members
> = {
  'service-resolver': (r) => ({
    Name: service(r),
    ...some(
      r,
      {
        DefaultSubset: () => r.pick(['v1', 'absent', '']),
        Subsets: () =>
          r.pick<unknown>([
            { v1: { Filter: 'Service.Meta.version == 1' } },
            { v1: { OnlyPassing: true }, v2: {} },
            { 'x y': {} },
            { v1: { Filter: 'bad ==' } },
            {},
            null,
          ]),
        Redirect: () =>
          r.pick<unknown>([
            { Service: 'db' },
            { Service: 'db', ServiceSubset: 'v1' },
            {},
            { Datacenter: 'dc2' },
            { ServiceSubset: 'v1' },
            { Peer: 'p' },
            { Peer: 'p', Datacenter: 'dc2' },
          ]),
        Failover: () =>
          r.pick<unknown>([
            { '*': { Service: 'db' } },
            { '*': { Datacenters: ['dc2'] } },
            { v1: { Datacenters: [''] } },
            { '*': {} },
            { '*': { Targets: [{ Service: 'db' }] } },
            { absent: { Service: 'db' } },
            { '*': { Targets: [{ Peer: 'p', Datacenter: 'x' }] } },
          ]),
        ConnectTimeout: () => seconds(r),
        RequestTimeout: () => seconds(r),
        LoadBalancer: () =>
          r.pick<unknown>([
            { Policy: 'random' },
            { Policy: 'ring_hash', RingHashConfig: { MinimumRingSize: 3 } },
            { Policy: 'x' },
            { HashPolicies: [{ Field: 'header', FieldValue: 'x' }], Policy: 'maglev' },
            { Policy: 'maglev', HashPolicies: [{ SourceIP: true, Field: 'header' }] },
            { Policy: 'random', RingHashConfig: {} },
            {
              Policy: 'maglev',
              HashPolicies: [
                { Field: 'cookie', FieldValue: 'c', CookieConfig: { Session: true, TTL: '5s' } },
              ],
            },
          ]),
        PrioritizeByLocality: () => ({ Mode: r.pick(['failover', 'x', '']) }),
      },
      3,
    ),
  }),
  'service-splitter': (r) => ({
    Name: service(r),
    ...some(
      r,
      {
        Splits: () =>
          r.pick<unknown>([
            [{ Weight: 100 }],
            [{ Weight: 50, Service: 'db' }, { Weight: 50 }],
            [{ Weight: 99.99, Service: 'db' }, { Weight: 0.01 }],
            [{ Weight: 50 }],
            [{ Weight: 50 }, { Weight: 50 }],
            [],
            [{ Weight: 200 }],
            [{ Weight: -1 }, { Weight: 101, Service: 'db' }],
            [{ Weight: 100, ServiceSubset: 'v1' }],
            [{ Weight: 100, RequestHeaders: { Set: { a: 'b' } } }],
            [
              { Weight: 33.333, Service: 'a' },
              { Weight: 66.667, Service: 'db' },
            ],
          ]),
      },
      1,
    ),
  }),
  'service-router': (r) => ({
    Name: service(r),
    ...some(
      r,
      {
        Routes: () =>
          r.pick<unknown>([
            [],
            [{ Match: { HTTP: { PathPrefix: '/a' } }, Destination: { Service: 'db' } }],
            [{ Match: { HTTP: { PathExact: 'a' } } }],
            [{ Match: { HTTP: { PathExact: '/a', PathPrefix: '/b' } } }],
            [{ Match: { HTTP: { Header: [{ Name: 'x', Exact: 'y', Present: true }] } } }],
            [{ Match: { HTTP: { Header: [{ Present: true }] } } }],
            [
              {
                Match: {
                  HTTP: { QueryParam: [{ Name: 'q', Exact: '1' }], Methods: ['GET', 'get'] },
                },
              },
            ],
            [
              {
                Match: { HTTP: { Methods: ['GET', 'PUT'] } },
                Destination: { PrefixRewrite: '/x', NumRetries: 2, RequestTimeout: '5s' },
              },
            ],
            [
              {
                Match: { HTTP: { PathPrefix: '/a' } },
                Destination: {
                  PrefixRewrite: '/x',
                  RetryOnStatusCodes: [500],
                  RetryOn: ['5xx', 'nope'],
                },
              },
            ],
            [{}],
            [{ Match: { HTTP: { PathRegex: '(' } } }],
            [{ Destination: { ServiceSubset: 'v1' } }],
            [{ Match: { HTTP: { PathPrefix: '/a', CaseInsensitive: true } } }],
          ]),
      },
      1,
    ),
  }),
  'service-intentions': (r) => ({
    Name: service(r),
    Sources: r.pick<unknown>([
      [{ Name: 'web', Action: 'allow' }],
      [{ Name: '*', Action: 'deny' }],
      [],
      [{ Name: 'web' }],
      [{ Name: 'web', Action: 'x' }],
      [{ Name: '', Action: 'allow' }],
      [{ Name: 'w*', Action: 'allow' }],
      [{ Name: 'web', Permissions: [{ Action: 'allow', HTTP: { PathPrefix: '/a' } }] }],
      [
        { Name: 'web', Action: 'allow', Permissions: [] },
        { Name: 'web', Action: 'deny' },
      ],
      [
        { Name: 'web', Action: 'allow', Description: 'd', Precedence: 5 },
        { Name: '*', Action: 'deny' },
      ],
      [{ Name: 'web', Permissions: [{ Action: 'allow', HTTP: {} }] }],
      [{ Name: 'web', Action: 'allow', Type: 'consul' }],
      [{ Name: 'web', Action: 'allow', Type: 'x' }],
      [{ Name: 'web', Action: 'allow', Peer: 'p' }],
    ]),
  }),
};
