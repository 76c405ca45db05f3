/** A compiled chain as the API shows it. */
import { renderPart } from '../../protocol/config-entries/render.ts';
import { ENVOY_EXTENSION, FAILOVER_POLICY } from '../../protocol/config-entries/kinds/parts.ts';
import { LOAD_BALANCER, SUBSET } from '../../protocol/config-entries/kinds/service-resolver.ts';
import { SERVICE_ROUTE } from '../../protocol/config-entries/kinds/service-router.ts';
import { SERVICE_SPLIT } from '../../protocol/config-entries/kinds/service-splitter.ts';
import { renderDuration } from '../../protocol/duration.ts';
import type { ChainNode, ChainTarget, CompiledChain } from './chain.ts';

/** The addresses of the chain's own service; null for one that has none of its own. */
export interface VirtualAddresses {
  readonly automatic: readonly string[] | null;
  readonly manual: readonly string[] | null;
}

const TENANCY = { Namespace: 'default', Partition: 'default' };
const NANOSECONDS_PER_MS = 1e6;

const part = (value: object, shape: Parameters<typeof renderPart>[1]): unknown =>
  JSON.parse(renderPart(value, shape));
const duration = (ns: number): string => renderDuration(ns / NANOSECONDS_PER_MS);

export function renderChain(chain: CompiledChain, addresses: VirtualAddresses): string {
  const { meta, extensions } = chain;
  return JSON.stringify({
    ServiceName: chain.service,
    ...TENANCY,
    Datacenter: chain.datacenter,
    ...(chain.customization === '' ? {} : { CustomizationHash: chain.customization }),
    ...(chain.isDefault ? { Default: true } : {}),
    Protocol: chain.protocol,
    ...(meta === undefined || Object.keys(meta).length === 0 ? {} : { ServiceMeta: meta }),
    ...(extensions.length === 0
      ? {}
      : { EnvoyExtensions: extensions.map((one) => part(one, ENVOY_EXTENSION)) }),
    StartNode: chain.startNode,
    Nodes: Object.fromEntries([...chain.nodes].map(([key, node]) => [key, toNode(node)])),
    Targets: Object.fromEntries([...chain.targets].map(([id, target]) => [id, toTarget(target)])),
    AutoVirtualIPs: addresses.automatic,
    ManualVirtualIPs: addresses.manual,
  });
}

function toNode(node: ChainNode): object {
  const { type: Type, name: Name } = node;
  switch (node.type) {
    case 'router': {
      const Routes = node.routes.map(({ definition, next }) => {
        return { Definition: part(definition, SERVICE_ROUTE), NextNode: next };
      });
      return { Type, Name, Routes };
    }
    case 'splitter': {
      const Splits = node.splits.map(({ definition, weight, next }) => {
        return {
          Definition: part(definition, SERVICE_SPLIT),
          ...(weight === 0 ? {} : { Weight: shortFloat(weight) }),
          NextNode: next,
        };
      });
      return { Type, Name, Splits, ...toBalancer(node) };
    }
    case 'resolver': {
      const { requestTimeoutNs, failover, failoverPolicy } = node;
      const Policy = failoverPolicy && part(failoverPolicy, FAILOVER_POLICY);
      const Resolver = {
        ConnectTimeout: duration(node.connectTimeoutNs),
        ...(requestTimeoutNs === 0 ? {} : { RequestTimeout: requestTimeoutNs }),
        ...(node.isDefault ? { Default: true } : {}),
        Target: node.target,
        ...(failover === undefined ? {} : { Failover: { Targets: failover, Policy } }),
      };
      return { Type, Name, Resolver, ...toBalancer(node) };
    }
  }
}

function toBalancer({
  loadBalancer,
}: Extract<ChainNode, { type: 'splitter' | 'resolver' }>): object {
  return loadBalancer === undefined ? {} : { LoadBalancer: part(loadBalancer, LOAD_BALANCER) };
}

/** Weights have two decimals, of which a 32-bit float says more than it knows. */
function shortFloat(weight: number): number {
  return Math.round(weight * 100) / 100;
}

function toTarget(target: ChainTarget): object {
  const { subset, datacenter, peer, meshGatewayMode: Mode } = target;
  return {
    ConnectTimeout: duration(target.connectTimeoutNs),
    ID: target.id,
    Service: target.service,
    ...(subset === '' ? {} : { ServiceSubset: subset }),
    ...TENANCY,
    ...(datacenter === '' ? {} : { Datacenter: datacenter }),
    ...(peer === '' ? {} : { Peer: peer }),
    MeshGateway: Mode === '' ? {} : { Mode },
    Subset: part(target.definition, SUBSET),
    TransparentProxy: target.isDialedDirectly ? { DialedDirectly: true } : {},
    ...(target.isExternal ? { External: true } : {}),
    ...(target.sni === '' ? {} : { SNI: target.sni }),
    ...(target.name === '' ? {} : { Name: target.name }),
  };
}
