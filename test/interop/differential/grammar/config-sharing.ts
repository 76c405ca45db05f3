/** Members of the entries by which datacenters and identities are shared. */
import { type Members } from './config-words.ts';
import { some } from './words.ts';

export const SHARING: Record<'exported-services' | 'sameness-group' | 'jwt-provider', Members> = {
  'exported-services': (r) => ({
    Name: r.pick(['default', 'default', 'x', '']),
    Services: r.pick<unknown>([
      [],
      [{ Name: 'web', Consumers: [{ Peer: 'p' }] }],
      [{ Name: '*', Consumers: [{ Peer: 'p' }] }],
      [{ Name: 'web', Consumers: [] }],
      [{ Name: '', Consumers: [{ Peer: 'p' }] }],
      [{ Name: 'web', Consumers: [{ Peer: '*' }] }],
      [{ Name: 'web', Consumers: [{ Partition: 'x' }] }],
      [{ Name: 'web', Consumers: [{}] }],
      [{ Name: 'web' }],
      [{ Name: 'web', Consumers: [{ SamenessGroup: 'sg' }] }],
      [{ Name: 'web', Consumers: [{ Peer: 'p', Partition: 'x' }] }],
    ]),
  }),
  'sameness-group': (r) => ({
    Name: r.pick(['sg', '']),
    Members: r.pick<unknown>([[], [{ Partition: 'default' }, { Peer: 'p' }]]),
  }),
  'jwt-provider': (r) => ({
    Name: r.pick(['okta', '', 'x y']),
    ...some(
      r,
      {
        Issuer: () => 'iss',
        Audiences: () => ['a'],
        JSONWebKeySet: () =>
          r.pick<unknown>([
            { Local: { JWKS: 'e30=' } },
            { Local: { Filename: 'x', JWKS: 'e30=' } },
            { Remote: { URI: 'https://x' } },
            { Remote: { URI: 'x y' } },
            {},
            { Local: {}, Remote: {} },
            {
              Remote: {
                URI: 'https://x',
                RequestTimeoutMs: 5,
                CacheDuration: '5m',
                RetryPolicy: { NumRetries: 2 },
              },
            },
            { Local: { JWKS: '!' } },
          ]),
        Locations: () =>
          r.pick<unknown>([
            [{ Header: { Name: 'x', ValuePrefix: 'Bearer ', Forward: true } }],
            [{ QueryParam: { Name: 'q' } }],
            [{}],
            [{ Header: { Name: 'a' }, Cookie: { Name: 'b' } }],
          ]),
        ClockSkewSeconds: () => r.pick([30, -1]),
        CacheConfig: () => ({ Size: r.pick([5, -1]) }),
        Forwarding: () => r.pick([{ HeaderName: 'x' }, {}]),
      },
      2,
    ),
  }),
};
