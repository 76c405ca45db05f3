/** The reads of the service mesh, its central configuration and its intentions. */
import type { ReadMethod } from '../../protocol/methods.ts';
import type { CasesOf } from './blocking-case.ts';
import {
  CHECK_CHANGES,
  DEFAULTS_CHANGES,
  GHOST_NODE_CHANGES,
  GHOST_SOURCES,
  INTENTION_CHANGES,
  MESH_CHANGES,
  NODE_CHANGES,
  NODE_CHECK_CHANGES,
  SERVICE_CHANGES,
} from './topic-changes.ts';

type MeshRead = Extract<
  ReadMethod,
  | `config.${string}`
  | `intention.${string}`
  | `discovery-chain.${string}`
  | `exported-services.${string}`
  | `connect.${string}`
  | `internal.${string}`
>;

export const MESH_CASES: CasesOf<MeshRead> = {
  'exported-services.list': [{ args: {} }],
  'internal.node-dump': [{ args: {} }, { args: { node: 'n1' } }],
  'internal.service-dump': [
    {
      args: {},
      wakesFor: [
        ...NODE_CHANGES,
        ...NODE_CHECK_CHANGES,
        ...GHOST_NODE_CHANGES,
        ...DEFAULTS_CHANGES,
        'every proxy gets a setting',
        'every proxy loses it',
      ],
    },
  ],
  'internal.service-topology': [
    {
      args: { service: 'web', kind: '' },
      wakesFor: MESH_CHANGES,
    },
  ],
  'internal.gateway-intentions': [{ args: { gateway: 'exit' }, wakesFor: MESH_CHANGES }],
  'internal.gateway-dump': [
    {
      args: { gateway: 'exit' },
      wakesFor: [
        ...NODE_CHANGES,
        ...NODE_CHECK_CHANGES,
        ...GHOST_NODE_CHANGES,
        ...SERVICE_CHANGES,
        ...CHECK_CHANGES,
        'a mesh proxy appears',
        'a mesh proxy goes',
        'a terminating gateway runs',
        'an ingress gateway runs',
        'its check fails',
        'the ghost service appears',
        'its mesh instance appears',
        'its check appears',
        'a server of the ghost',
        'the ghost goes',
      ],
    },
  ],
  'config.get': [
    { args: { kind: 'service-defaults', name: 'web' } },
    { args: { kind: 'service-defaults', name: 'ghost' } },
  ],
  'config.list': [{ args: { kind: 'service-defaults' } }],
  'config.resolve-proxy': [
    {
      args: {
        kind: 'connect-proxy',
        name: 'web-proxy',
        proxy: {
          DestinationServiceName: 'web',
          Upstreams: [{ DestinationName: 'ghost' }],
        },
      },
    },
  ],
  'intention.list': [{ args: {} }],
  'intention.exact': [
    { args: { source: 'web', destination: 'db' }, wakesFor: GHOST_SOURCES },
    { args: { source: 'web', destination: 'ghost' } },
  ],
  'intention.get': 'the datacenter chooses IDs: intentions.test.ts waits for one',
  'discovery-chain.get': ['web', 'ghost', 'spread'].map((service) => {
    return { args: { service }, wakesFor: ['every proxy gets a setting', 'every proxy loses it'] };
  }),
  'intention.match': [
    { args: { by: 'destination', names: ['db'] } },
    { args: { by: 'destination', names: ['ghost'] } },
    { args: { by: 'source', names: ['ghost'] }, wakesFor: INTENTION_CHANGES },
  ],
  'intention.check': [
    { args: { source: 'web', destination: 'db' }, wakesFor: INTENTION_CHANGES },
    { args: { source: 'web', destination: 'ghost' }, wakesFor: INTENTION_CHANGES },
  ],
  'connect.roots': [{ args: {} }],
  'connect.ca-configuration': [{ args: {} }],
};
