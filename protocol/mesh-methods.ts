/** Methods of the service mesh: who may connect to whom, and where connections go. */
import type { Method } from './method.ts';
import type { ConnectProxyConfig } from './types/catalog.ts';
import type { ServiceTopology } from './types/ui.ts';
import type { CAConfiguration, CARoots, IssuedCert } from './types/connect.ts';
import type { ChainArgs, DiscoveryChain } from './types/discovery-chain.ts';
import type {
  Intention,
  IntentionApplyArgs,
  IntentionMatchArgs,
  IntentionPair,
} from './types/intention.ts';

export type CAConfigureArgs = Pick<
  CAConfiguration,
  'Provider' | 'Config' | 'State' | 'ForceWithoutCrossSigning'
>;

export interface SignArgs {
  csr: string;
  /** Filled in by the datacenter, whatever is sent. */
  issued?: IssuedCert;
}

export interface MeshMethods {
  /** The certificates that members of the mesh trust. */
  'connect.roots': Method<'read', Record<string, never>, CARoots>;
  'connect.ca-configuration': Method<'read', Record<string, never>, CAConfiguration>;
  /** Replaces the configuration; another kind of key, or another root, makes a new active root. */
  'connect.ca-configure': Method<'write', CAConfigureArgs, boolean>;
  /** A leaf for whoever has the right on the name that the request (PEM) asks for. */
  'connect.sign': Method<'write', SignArgs, IssuedCert>;
  /** A secondary asks (PEM) for a certificate of its primary's; the same until one was set. */
  'connect.intermediate-request': Method<'write', { clusterID: string }, { CSR: string }>;
  /** The primary's answer (PEM). */
  'connect.sign-intermediate': Method<'write', { csr: string; certificate?: string }, string>;
  /** A secondary trusts the primary's roots, and signs with what came back. */
  'connect.intermediate-set': Method<'write', { roots: CARoots; certificate: string }, boolean>;

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
