/** A compiled chain (Consul: agent/structs/discovery_chain.go). Durations are nanoseconds. */
import type { EnvoyExtension, FailoverPolicy } from '../../protocol/config-entries/kinds/parts.ts';
import type { LoadBalancer, Subset } from '../../protocol/config-entries/kinds/service-resolver.ts';
import type { ServiceRoute } from '../../protocol/config-entries/kinds/service-router.ts';
import type { ServiceSplit } from '../../protocol/config-entries/kinds/service-splitter.ts';

export interface CompiledChain {
  readonly service: string;
  readonly datacenter: string;
  readonly protocol: string;
  /** Nothing that an entry says changes where the service's traffic goes. */
  readonly isDefault: boolean;
  /** What a caller overrode and so made different from the chain of others; '' when nothing. */
  readonly customization: string;
  readonly meta: Readonly<Record<string, string>> | undefined;
  readonly extensions: readonly EnvoyExtension[];
  readonly startNode: string;
  readonly nodes: ReadonlyMap<string, ChainNode>;
  readonly targets: ReadonlyMap<string, ChainTarget>;
}

export type ChainNode = RouterNode | SplitterNode | ResolverNode;

export interface RouterNode {
  readonly type: 'router';
  readonly name: string;
  readonly routes: readonly { readonly definition: ServiceRoute; readonly next: string }[];
}

export interface Split {
  readonly definition: ServiceSplit;
  /** Of a hundred. */
  readonly weight: number;
  readonly next: string;
}

export interface SplitterNode {
  readonly type: 'splitter';
  readonly name: string;
  splits: readonly Split[];
  loadBalancer?: LoadBalancer;
}

export interface ResolverNode {
  readonly type: 'resolver';
  readonly name: string;
  readonly isDefault: boolean;
  readonly target: string;
  readonly connectTimeoutNs: number;
  readonly requestTimeoutNs: number;
  failover?: readonly string[];
  failoverPolicy?: FailoverPolicy;
  readonly loadBalancer?: LoadBalancer;
}

/** Instances of a service, all or a subset, here or elsewhere. */
export interface ChainTarget {
  readonly id: string;
  readonly service: string;
  readonly subset: string;
  /** '' for a peer's. */
  readonly datacenter: string;
  readonly peer: string;
  readonly definition: Subset;
  readonly meshGatewayMode: string;
  readonly isDialedDirectly: boolean;
  readonly connectTimeoutNs: number;
  readonly isExternal: boolean;
  /** As the mesh names it, '' for a peer's: its trust domain is not known here. */
  readonly name: string;
  readonly sni: string;
}

export const nodeKey = ({ type, name }: Pick<ChainNode, 'type' | 'name'>): string =>
  `${type}:${name}`;
