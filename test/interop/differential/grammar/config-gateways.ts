/** Members of the entries of gateways, their routes and certificates. */
import { type Members } from './config-words.ts';
import { some } from './words.ts';

export const GATEWAYS: Record<
  | 'ingress-gateway'
  | 'terminating-gateway'
  | 'api-gateway'
  | 'http-route'
  | 'tcp-route'
  | 'inline-certificate',
  Members
> = {
  'ingress-gateway': (r) => ({
    Name: r.pick(['gw', '', 'web']),
    ...some(
      r,
      {
        Listeners: () =>
          r.pick<unknown>([
            [],
            [{ Port: 80, Protocol: 'tcp', Services: [{ Name: 'web' }] }],
            [{ Port: 80, Protocol: 'http', Services: [{ Name: '*' }] }],
            [{ Port: 80, Services: [] }],
            [{ Port: 80, Protocol: 'tcp', Services: [{ Name: 'web' }, { Name: 'db' }] }],
            [{ Port: 80, Protocol: 'x', Services: [{ Name: 'web' }] }],
            [
              {
                Port: 80,
                Protocol: 'http',
                Services: [{ Name: 'web', Hosts: ['a.example', '*.b', '**', 'x_y'] }],
              },
            ],
            [{ Port: 0, Protocol: 'tcp', Services: [{ Name: '*' }] }],
            [{ Port: 80, Protocol: 'tcp', Services: [{ Name: 'web', Hosts: ['a'] }] }],
            [
              { Port: 1, Services: [{ Name: 'web' }] },
              { Port: 1, Services: [{ Name: 'db' }] },
            ],
          ]),
        TLS: () =>
          r.pick<unknown>([
            { Enabled: true },
            { TLSMinVersion: 'x' },
            { TLSMinVersion: 'TLSv1_2', TLSMaxVersion: 'TLSv1_1' },
          ]),
      },
      1,
    ),
  }),
  'terminating-gateway': (r) => ({
    Name: r.pick(['gw', 'tgw', '']),
    Services: r.pick<unknown>([
      [],
      [{ Name: 'db' }],
      [{ Name: '*' }],
      [{ Name: '' }],
      [{ Name: 'db' }, { Name: 'db' }],
      [{ Name: 'db', CAFile: '/ca', CertFile: '/c', KeyFile: '/k', SNI: 's' }],
      [{ Name: 'db', CertFile: '/c' }],
      [{ Name: 'db', DisableAutoHostRewrite: true }],
    ]),
  }),
  'api-gateway': (r) => ({
    Name: r.pick(['gw', 'api', '']),
    Listeners: r.pick<unknown>([
      [],
      [{ Name: 'l', Port: 80, Protocol: 'http' }],
      [{ Port: 80, Protocol: 'http' }],
      [{ Name: 'l', Port: 0, Protocol: 'http' }],
      [{ Name: 'l', Port: 80, Protocol: 'x' }],
      [{ Name: 'l', Port: 80, Protocol: 'tcp', Hostname: 'x' }],
      [
        { Name: 'a', Port: 80, Protocol: 'http' },
        { Name: 'a', Port: 81, Protocol: 'tcp' },
      ],
      [
        {
          Name: 'l',
          Port: 80,
          Protocol: 'http',
          TLS: { Certificates: [{ Kind: 'x', Name: 'y' }] },
        },
      ],
    ]),
  }),
  'http-route': (r) => ({
    Name: r.pick(['route', '']),
    Parents: r.pick<unknown>([
      [],
      [{ Kind: 'api-gateway', Name: 'gw', SectionName: 'l' }],
      [{ Kind: 'x', Name: 'gw' }],
      [{ Name: 'gw' }],
      [
        { Kind: 'api-gateway', Name: 'gw' },
        { Kind: 'api-gateway', Name: 'gw' },
      ],
    ]),
    ...some(
      r,
      {
        Rules: () =>
          r.pick<unknown>([
            [],
            [{ Services: [{ Name: 'web' }] }],
            [
              {
                Matches: [{ Path: { Match: 'prefix', Value: '/a' } }],
                Services: [{ Name: 'web', Weight: 5 }],
              },
            ],
            [{ Matches: [{ Path: { Match: 'x', Value: 'a' }, Method: 'nope' }] }],
            [{ Services: [{ Name: '' }] }],
            [
              {
                Filters: { Headers: [{ Set: { a: 'b' } }], URLRewrite: { Path: '/x' } },
                Services: [{ Name: 'web' }],
              },
            ],
          ]),
        Hostnames: () => r.pick([['a.example'], ['*'], ['']]),
      },
      2,
    ),
  }),
  'tcp-route': (r) => ({
    Name: r.pick(['troute', '']),
    ...some(
      r,
      {
        Parents: () =>
          r.pick<unknown>([
            [{ Kind: 'api-gateway', Name: 'gw' }],
            [{ Name: 'gw' }],
            [{ Kind: 'x' }],
          ]),
        Services: () =>
          r.pick<unknown>([
            [{ Name: 'web' }],
            [],
            [{ Name: 'web' }, { Name: 'db' }],
            [{ Name: '' }],
          ]),
      },
      1,
    ),
  }),
  'inline-certificate': (r) => ({
    Name: r.pick(['cert', '']),
    ...some(r, { Certificate: () => 'x', PrivateKey: () => 'y' }),
  }),
};
