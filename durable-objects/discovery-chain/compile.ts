/**
 * The compiler of discovery chains (behaviour of Consul: agent/consul/discoverychain/compile.go).
 *
 * It follows the entries from a service to the targets of its traffic: the service's router, then splitters, then resolvers
 * with their redirects and failovers. A node that is met twice is the same node.
 */
import type { Entry } from '../../protocol/config-entries/kinds.ts';
import { invalid } from '../../protocol/errors.ts';
import type { ChainNode, CompiledChain, RouterNode, Split, SplitterNode } from './chain.ts';
import { nodeKey } from './chain.ts';
import { type ChainEntries, isHTTPLike } from './chain-entries.ts';
import { customizationHash } from './customization.ts';
import { type Nodes, flattenSplitters, reachable, refuseCircles } from './graph.ts';
import { ProtocolWatch } from './protocol-watch.ts';
import { Resolution } from './resolve.ts';
import { serviceNodeName } from './target.ts';

export interface CompileOptions {
  readonly service: string;
  /** Where the chain is used. */
  readonly datacenter: string;
  readonly trustDomain: string;
  readonly overrides?: Overrides;
}

/** What one proxy wants otherwise than the entries say; empty and zero for nothing. */
export interface Overrides {
  readonly protocol: string;
  readonly meshGatewayMode: string;
  readonly connectTimeoutNs: number;
}

export const NO_OVERRIDES: Overrides = { protocol: '', meshGatewayMode: '', connectTimeoutNs: 0 };

/** @throws RPCError for a chain that cannot work */
export function compileChain(entries: ChainEntries, options: CompileOptions): CompiledChain {
  return new Compiler(entries, options).run();
}

const HASHING: ReadonlySet<string> = new Set(['maglev', 'ring_hash']);

class Compiler {
  readonly #entries: ChainEntries;
  readonly #options: CompileOptions;
  readonly #overrides: Overrides;
  readonly #protocols: ProtocolWatch;
  readonly #resolution: Resolution;
  readonly #nodes: Nodes = new Map();
  #usesAdvancedRouting = false;
  #ignoresRouting = false;

  constructor(entries: ChainEntries, options: CompileOptions) {
    this.#entries = entries;
    this.#options = options;
    this.#overrides = options.overrides ?? NO_OVERRIDES;
    this.#protocols = new ProtocolWatch(entries, options.service);
    this.#resolution = new Resolution({
      entries,
      options,
      overrides: this.#overrides,
      nodes: this.#nodes,
      meetProtocol: (service) => this.#protocols.meet(service),
    });
  }

  run(): CompiledChain {
    const { service, datacenter } = this.#options;
    const start = this.#start();
    refuseCircles(this.#nodes, start);
    flattenSplitters(this.#nodes);
    const nodes = reachable(this.#nodes, start);
    const found = this.#protocols.protocol;
    const protocol = this.#overrides.protocol || found;
    if (this.#usesAdvancedRouting && !isHTTPLike(protocol)) {
      throw invalid(
        `discovery chain ${JSON.stringify(service)} uses a protocol ${JSON.stringify(protocol)} that does not permit ` +
          'advanced routing or splitting behavior',
      );
    }
    const defaults = this.#entries.find('service-defaults', service);
    return {
      service,
      datacenter,
      protocol,
      isDefault: this.#isDefault(nodes.get(start)!),
      customization: customizationHash(this.#overrides, {
        protocol: protocol !== found || this.#ignoresRouting,
        meshGateway: this.#resolution.isMeshGatewayOverridden,
        connectTimeout: this.#resolution.isConnectTimeoutOverridden,
      }),
      meta: defaults?.Meta,
      extensions: [
        ...(this.#entries.find('proxy-defaults', 'global')?.EnvoyExtensions ?? []),
        ...(defaults?.EnvoyExtensions ?? []),
      ],
      startNode: start,
      nodes,
      targets: this.#resolution.targetsOf(nodes.values()),
    };
  }

  #isDefault(node: ChainNode): boolean {
    if (node.type !== 'resolver' || !node.isDefault) return false;
    return this.#resolution.target(node.target).service === this.#options.service;
  }

  /** Routers and splitters are no use to a caller who takes the service for something else than HTTP. */
  #routing<K extends 'service-router' | 'service-splitter'>(
    kind: K,
    service: string,
  ): Entry<K> | undefined {
    const entry = this.#entries.find(kind, service);
    const { protocol } = this.#overrides;
    if (entry === undefined || protocol === '' || isHTTPLike(protocol)) return entry;
    this.#ignoresRouting = true;
    return undefined;
  }

  /** @returns the key of the node that traffic meets first */
  #start(): string {
    const { service } = this.#options;
    const router = this.#routing('service-router', service);
    return router === undefined ? this.#serviceNode(service) : this.#router(router);
  }

  #router(router: Entry<'service-router'>): string {
    const { service } = this.#options;
    const name = router.Name ?? service;
    this.#usesAdvancedRouting = true;
    this.#protocols.meet(service);
    const routes = (router.Routes ?? []).map((definition) => {
      const to = definition.Destination?.Service || service;
      const subset = definition.Destination?.ServiceSubset ?? '';
      const next = subset === '' ? this.#serviceNode(to) : this.#instances(to, subset);
      return { definition, next };
    });
    // What no route takes goes on as if there were no router.
    const rest = {
      Match: { HTTP: { PathPrefix: '/' } },
      Destination: { Service: name, Namespace: 'default', Partition: 'default' },
    };
    const node: RouterNode = {
      type: 'router',
      name: serviceNodeName(name),
      routes: [...routes, { definition: rest, next: this.#serviceNode(name) }],
    };
    return this.#record(node);
  }

  /** What stands for a service as a whole. */
  #serviceNode(service: string): string {
    return this.#splitter(service) ?? this.#instances(service, '');
  }

  /** Undefined where nothing splits the service. */
  #splitter(service: string): string | undefined {
    const key = nodeKey({ type: 'splitter', name: serviceNodeName(service) });
    if (this.#nodes.has(key)) return key;
    const splitter = this.#routing('service-splitter', service);
    if (splitter === undefined) return undefined;
    this.#usesAdvancedRouting = true;
    const node: SplitterNode = { type: 'splitter', name: serviceNodeName(service), splits: [] };
    // Known before its shares are followed: a circle ends here, and is found once the graph stands.
    this.#record(node);
    node.splits = (splitter.Splits ?? []).map((definition) =>
      this.#split(node, service, definition),
    );
    return key;
  }

  #split(node: SplitterNode, service: string, definition: Split['definition']): Split {
    const { Service, ServiceSubset = '', Weight: weight = 0 } = definition;
    const to = Service || service;
    // A share for the service itself goes to its instances, or the splitter would never end.
    const isWhole = to !== service && ServiceSubset === '';
    const further = isWhole ? this.#splitter(to) : undefined;
    if (further !== undefined) return { definition, weight, next: further };
    const next = this.#instances(to, ServiceSubset);
    const resolver = this.#nodes.get(next)!;
    // A request is hashed before it is known whose share it is: the first balancer that hashes counts for all.
    if (resolver.type === 'resolver' && HASHING.has(resolver.loadBalancer?.Policy ?? '')) {
      node.loadBalancer ??= resolver.loadBalancer!;
    }
    return { definition, weight, next };
  }

  #instances(service: string, subset: string): string {
    const { datacenter } = this.#options;
    return nodeKey(this.#resolution.resolve({ service, subset, datacenter, peer: '' }));
  }

  #record(node: ChainNode): string {
    this.#nodes.set(nodeKey(node), node);
    return nodeKey(node);
  }
}
