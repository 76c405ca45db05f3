/** Methods of the service mesh: who may connect to whom, and where connections go. */
import type { Method } from './method.ts';
import type { ConnectProxyConfig } from './types/catalog.ts';
import type { ServiceTopology } from './types/ui.ts';
import type { ChainArgs, DiscoveryChain } from './types/discovery-chain.ts';
import type {
  Intention,
  IntentionApplyArgs,
  IntentionMatchArgs,
  IntentionPair,
} from './types/intention.ts';

export interface MeshMethods {
  'intention.list': Method<'read', Record<string, never>, Intention[]>;
  /** '' when there is none, as of `intention.get`. */
  'intention.exact': Method<'read', IntentionPair, Intention>;
  'intention.get': Method<'read', { id: string }, Intention>;
  /** All that bear on each of the names, those that go first in front. */
  'intention.match': Method<'read', IntentionMatchArgs, Intention[][]>;
  'intention.check': Method<'read', IntentionPair, { Allowed: boolean }>;
  /** The calls by ID answer it. */
  'intention.apply': Method<'write', IntentionApplyArgs, boolean | { ID: string }>;
  'discovery-chain.get': Method<'read', ChainArgs, DiscoveryChain>;
  /** Of a sidecar or a gateway that is not in the catalog yet, as its agent knows it. */
  'config.resolve-proxy': Method<
    'read',
    { kind: string; name: string; proxy: ConnectProxyConfig },
    ConnectProxyConfig
  >;
  'internal.service-topology': Method<
    'read',
    { service: string; kind: '' | 'ingress-gateway' },
    ServiceTopology
  >;
  /** Towards the services behind a gateway. */
  'internal.gateway-intentions': Method<'read', { gateway: string }, Intention[]>;
}
