/** The end of a chain: from a service or a subset of it, through redirects, to the target that answers and those that stand in for it. */
import type { Entry } from '../../protocol/config-entries/kinds.ts';
import type {
  Failover,
  FailoverTarget,
  Redirect,
} from '../../protocol/config-entries/kinds/service-resolver.ts';
import { invalid } from '../../protocol/errors.ts';
import { type ChainNode, type ChainTarget, type ResolverNode, nodeKey } from './chain.ts';
import type { ChainEntries } from './chain-entries.ts';
import type { CompileOptions, Overrides } from './compile.ts';
import type { Nodes } from './graph.ts';
import { type TargetName, rewriteTarget, targetID, targetSNI } from './target.ts';

type Resolver = Entry<'service-resolver'>;

export interface ResolutionOptions {
  readonly entries: ChainEntries;
  readonly options: CompileOptions;
  readonly overrides: Overrides;
  /** Where resolvers are recorded. */
  readonly nodes: Nodes;
  /** @throws RPCError */
  meetProtocol(service: string): void;
}

const DEFAULT_CONNECT_TIMEOUT_NS = 5e9;

export class Resolution {
  readonly #options: ResolutionOptions;
  readonly #targets = new Map<string, ChainTarget>();
  isMeshGatewayOverridden = false;
  isConnectTimeoutOverridden = false;

  constructor(options: ResolutionOptions) {
    this.#options = options;
  }

  target(id: string): ChainTarget {
    return this.#targets.get(id)!;
  }

  /** Those that the nodes lead to, in the order of their IDs. */
  targetsOf(nodes: Iterable<ChainNode>): Map<string, ChainTarget> {
    const ids = new Set<string>();
    for (const node of nodes) {
      if (node.type !== 'resolver') continue;
      for (const id of [node.target, ...(node.failover ?? [])]) ids.add(id);
    }
    return new Map([...ids].toSorted().map((id) => [id, this.target(id)]));
  }

  /** @throws RPCError */
  resolve(start: TargetName): ResolverNode {
    const { nodes } = this.#options;
    const met = this.#follow(start);
    if ('node' in met) return met.node;
    const node = this.#settle(met.target, met.resolver);
    // Recorded before failovers are looked at: they may come back here.
    nodes.set(nodeKey(node), node);
    this.#addFailover(node, met.target, met.resolver);
    return node;
  }

  /** Through redirects and default subsets to a target, or to a node that is there already. */
  #follow(
    start: TargetName,
  ):
    | { readonly target: TargetName; readonly resolver: Resolver | undefined }
    | { readonly node: ResolverNode } {
    const { entries, nodes, options, meetProtocol } = this.#options;
    const trail: string[] = [];
    let target = start;
    for (;;) {
      const id = targetID(target);
      const known = nodes.get(`resolver:${id}`);
      if (known?.type === 'resolver') return { node: known };
      if (target.peer === '') meetProtocol(target.service);
      if (trail.includes(id)) {
        throw invalid(`detected circular resolver redirect: [${[...trail, id].join(' -> ')}]`);
      }
      trail.push(id);
      const resolver = entries.find('service-resolver', target.service);
      const next = redirected(target, resolver, options.datacenter);
      if (next === undefined) return { target, resolver };
      target = next;
    }
  }

  #settle(name: TargetName, resolver: Resolver | undefined): ResolverNode {
    const { service, subset } = name;
    if (subset !== '' && !Object.hasOwn(resolver?.Subsets ?? {}, subset)) {
      throw invalid(
        `service ${JSON.stringify(service)} does not have a subset named ${JSON.stringify(subset)}`,
      );
    }
    const target = this.#describe(name, resolver);
    if (target.isExternal) refuseForExternal(service, resolver);
    this.#targets.set(target.id, target);
    return {
      type: 'resolver',
      name: target.id,
      isDefault: isDefault(resolver),
      target: target.id,
      connectTimeoutNs: target.connectTimeoutNs,
      requestTimeoutNs: resolver?.RequestTimeout ?? 0,
      ...(resolver?.LoadBalancer === undefined ? {} : { loadBalancer: resolver.LoadBalancer }),
    };
  }

  #describe(name: TargetName, resolver: Resolver | undefined): ChainTarget {
    const { entries, options } = this.#options;
    const defaults = entries.find('service-defaults', name.service);
    const ofAll = entries.find('proxy-defaults', 'global');
    const isExternal = Boolean(defaults?.ExternalSNI);
    const sni = targetSNI(name, options.trustDomain);
    return {
      ...name,
      id: targetID(name),
      definition: resolver?.Subsets?.[name.subset] ?? {},
      connectTimeoutNs: this.#connectTimeout(resolver),
      // Gateways lead to the mesh of others, not out of every mesh.
      meshGatewayMode: isExternal
        ? ''
        : this.#meshGatewayMode(defaults?.MeshGateway?.Mode || ofAll?.MeshGateway?.Mode || ''),
      isDialedDirectly:
        !isExternal &&
        (defaults?.TransparentProxy?.DialedDirectly === true ||
          ofAll?.TransparentProxy?.DialedDirectly === true),
      isExternal,
      name: sni,
      sni: defaults?.ExternalSNI || sni,
    };
  }

  #connectTimeout(resolver: Resolver | undefined): number {
    const { connectTimeoutNs } = this.#options.overrides;
    const configured = resolver?.ConnectTimeout || DEFAULT_CONNECT_TIMEOUT_NS;
    if (connectTimeoutNs <= 0 || connectTimeoutNs === configured) return configured;
    this.isConnectTimeoutOverridden = true;
    return connectTimeoutNs;
  }

  #meshGatewayMode(configured: string): string {
    const { meshGatewayMode } = this.#options.overrides;
    if (meshGatewayMode === '' || meshGatewayMode === configured) return configured;
    this.isMeshGatewayOverridden = true;
    return meshGatewayMode;
  }

  #addFailover(node: ResolverNode, target: TargetName, resolver: Resolver | undefined): void {
    const failover = resolver?.Failover?.[target.subset] ?? resolver?.Failover?.['*'];
    if (failover === undefined) return;
    const standIns = destinations(failover)
      .map((to) => rewriteTarget(target, to, this.#options.options.datacenter))
      .filter((to) => targetID(to) !== node.target);
    if (standIns.length === 0) return;
    node.failover = standIns.map((to) => this.#resolveStandIn(to));
    const ofAll = this.#options.entries.find('proxy-defaults', 'global');
    const policy = failover.Policy ?? ofAll?.FailoverPolicy;
    if (policy !== undefined) node.failoverPolicy = policy;
  }

  /** A stand-in has no failover of its own. @returns the ID of the target that it comes down to */
  #resolveStandIn(start: TargetName): string {
    const met = this.#follow(start);
    return 'node' in met ? met.node.target : this.#settle(met.target, met.resolver).target;
  }
}

function isDefault(resolver: Resolver | undefined): boolean {
  if (resolver === undefined) return true;
  const { Subsets = {}, Failover: failover = {} } = resolver;
  return (
    !resolver.DefaultSubset &&
    Object.keys(Subsets).length === 0 &&
    resolver.Redirect === undefined &&
    Object.keys(failover).length === 0 &&
    !resolver.ConnectTimeout &&
    !resolver.RequestTimeout &&
    resolver.LoadBalancer === undefined
  );
}

/** Where a resolver sends a target, by its redirect or its default subset; undefined when the target stands. */
function redirected(
  target: TargetName,
  resolver: Resolver | undefined,
  ownDatacenter: string,
): TargetName | undefined {
  if (resolver?.Redirect !== undefined) {
    const to = rewriteTarget(target, resolver.Redirect, ownDatacenter);
    if (targetID(to) !== targetID(target)) return to;
  }
  const subset = resolver?.DefaultSubset ?? '';
  return target.subset === '' && subset !== '' ? { ...target, subset } : undefined;
}

/** In the order in which they are tried. */
function destinations(failover: Failover): readonly (Redirect | FailoverTarget)[] {
  const { Datacenters = [], Targets = [], Service, ServiceSubset } = failover;
  const where = {
    ...(Service === undefined ? {} : { Service }),
    ...(ServiceSubset === undefined ? {} : { ServiceSubset }),
  };
  if (Datacenters.length > 0) return Datacenters.map((Datacenter) => ({ ...where, Datacenter }));
  return Targets.length > 0 ? Targets : [where];
}

/** What has a name of its own outside the mesh cannot be chosen from by the mesh. @throws RPCError */
function refuseForExternal(service: string, resolver: Resolver | undefined): void {
  const parts = {
    redirects: resolver?.Redirect !== undefined,
    subsets: Object.keys(resolver?.Subsets ?? {}).length > 0,
    failover: Object.keys(resolver?.Failover ?? {}).length > 0,
  };
  for (const [part, isSet] of Object.entries(parts)) {
    if (!isSet) continue;
    throw invalid(
      `service ${JSON.stringify(service)} has an external SNI set; cannot define ${part} for external services`,
    );
  }
}
