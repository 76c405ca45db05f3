/** Services as the web interface lists them: instances, nodes and checks counted (Consul: agent/ui_endpoint.go, summarizeServices). */
import type { CheckServiceNode, GatewayService } from '../../protocol/types/catalog.ts';
import type { ServiceDump } from '../../protocol/types/ui.ts';

interface GatewayConfig {
  AssociatedServiceCount?: number;
  Addresses?: string[];
}

export interface ServiceSummary {
  Kind?: string;
  Name: string;
  Datacenter: string;
  Tags: string[] | null;
  Nodes: string[] | null;
  ExternalSources: string[] | null;
  InstanceCount: number;
  ChecksPassing: number;
  ChecksWarning: number;
  ChecksCritical: number;
  GatewayConfig: GatewayConfig;
  TransparentProxy: boolean;
  ConnectNative: boolean;
}

export interface ListedService extends ServiceSummary {
  ConnectedWithProxy: boolean;
  ConnectedWithGateway: boolean;
}

/** In the order of names; what only a proxy stands for is listed too, without instances. */
export function summarizeServices(
  instances: readonly CheckServiceNode[],
  gateways: readonly GatewayService[],
): ListedService[] {
  const counts = new ServiceCounts();
  for (const instance of instances) counts.add(instance);
  // A gateway that is not among them leads nowhere.
  const running = gateways.filter(({ Gateway }) => counts.has(Gateway.Name));
  const behind = new Set(running.map(({ Service }) => Service.Name));
  for (const { Gateway } of running) counts.countLink(Gateway.Name);
  return counts.summaries().map((summary) => ({
    ...summary,
    ConnectedWithProxy: counts.hasProxy(summary.Name),
    ConnectedWithGateway: summary.InstanceCount > 0 && behind.has(summary.Name),
  }));
}

/** Every service that is linked, also one without instances. */
export function summarizeGateway(
  { Nodes, Gateways }: ServiceDump,
  datacenter: string,
): ServiceSummary[] {
  const counts = new ServiceCounts();
  for (const instance of Nodes) counts.add(instance);
  for (const link of Gateways) counts.addAddresses(link, datacenter);
  return counts.summaries();
}

/** What is known of each of `named`, also of one without instances. */
export function summarizeNamed<Named extends { readonly Name: string }>(
  instances: readonly CheckServiceNode[],
  named: readonly Named[],
  datacenter: string,
): (ServiceSummary & Named)[] {
  const counts = new ServiceCounts();
  for (const instance of instances) counts.add(instance);
  return named.map((one) => {
    const summary = counts.summary(one.Name);
    return { ...summary, Datacenter: summary.Datacenter || datacenter, ...one };
  });
}

const EXTERNAL_SOURCE = 'external-source';

interface Counted {
  kind: string;
  datacenter: string;
  isNative: boolean;
  instances: number;
  proxies: number;
  transparentProxies: number;
  links: number;
  addresses: string[];
  readonly tags: Set<string>;
  readonly nodes: Set<string>;
  readonly sources: Set<string>;
  /** Status by node and check: a node's check counts once for all instances on it. */
  readonly checks: Map<string, string>;
}

class ServiceCounts {
  readonly #services = new Map<string, Counted>();

  add({ Node, Service, Checks }: CheckServiceNode): void {
    const own = this.#of(Service.Service);
    own.kind = Service.Kind ?? '';
    own.datacenter = Node.Datacenter;
    own.isNative = Service.Connect?.Native === true;
    own.instances++;
    own.nodes.add(Node.Node);
    for (const tag of Service.Tags ?? []) own.tags.add(tag);
    const source = Service.Meta?.[EXTERNAL_SOURCE];
    if (source) own.sources.add(source);
    // Whoever is ill behind a healthy proxy, or the other way round, cannot be reached.
    const counted = [own, ...this.#destinationOf(Service)];
    for (const check of Checks)
      for (const { checks } of counted) checks.set(`${Node.Node}\n${check.CheckID}`, check.Status);
  }

  has(name: string): boolean {
    return this.#services.has(name);
  }

  countLink(gateway: string): void {
    this.#of(gateway).links++;
  }

  /** Under which names an ingress gateway's clients reach the service. */
  addAddresses({ Service, GatewayKind, Hosts = [], Port = 0 }: GatewayService, dc: string): void {
    const { addresses } = this.#of(Service.Name);
    if (GatewayKind !== 'ingress-gateway') return;
    const hosts = Hosts.length > 0 ? Hosts : [`${Service.Name}.ingress.${dc}.consul`];
    for (const host of hosts) addresses.push(host.includes(':') ? host : `${host}:${Port}`);
  }

  hasProxy(name: string): boolean {
    return (this.#services.get(name)?.proxies ?? 0) > 0;
  }

  summaries(): ServiceSummary[] {
    return [...this.#services]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, counted]) => summaryOf(name, counted));
  }

  summary(name: string): ServiceSummary {
    return summaryOf(name, this.#of(name));
  }

  #destinationOf({ Kind, Proxy }: CheckServiceNode['Service']): Counted[] {
    if (Kind !== 'connect-proxy') return [];
    const destination = this.#of(String(Proxy?.DestinationServiceName ?? ''));
    destination.proxies++;
    if (Proxy?.Mode === 'transparent') destination.transparentProxies++;
    return [destination];
  }

  #of(name: string): Counted {
    let counted = this.#services.get(name);
    if (counted === undefined) {
      counted = {
        kind: '',
        datacenter: '',
        isNative: false,
        instances: 0,
        proxies: 0,
        transparentProxies: 0,
        links: 0,
        addresses: [],
        tags: new Set(),
        nodes: new Set(),
        sources: new Set(),
        checks: new Map(),
      };
      this.#services.set(name, counted);
    }
    return counted;
  }
}

function summaryOf(name: string, counted: Counted): ServiceSummary {
  const statuses = [...counted.checks.values()];
  const count = (wanted: string): number => statuses.filter((status) => status === wanted).length;
  return {
    ...(counted.kind === '' ? {} : { Kind: counted.kind }),
    Name: name,
    Datacenter: counted.datacenter,
    Tags: sortedOrNull(counted.tags),
    Nodes: sortedOrNull(counted.nodes),
    ExternalSources: sortedOrNull(counted.sources),
    InstanceCount: counted.instances,
    ChecksPassing: count('passing'),
    ChecksWarning: count('warning'),
    ChecksCritical: count('critical'),
    GatewayConfig: {
      ...(counted.links > 0 ? { AssociatedServiceCount: counted.links } : {}),
      ...(counted.addresses.length > 0 ? { Addresses: counted.addresses } : {}),
    },
    // Only when all proxies are: the interface warns as long as one is not.
    TransparentProxy: counted.proxies > 0 && counted.transparentProxies === counted.proxies,
    ConnectNative: counted.isNative,
  };
}

function sortedOrNull(texts: ReadonlySet<string>): string[] | null {
  return texts.size === 0 ? null : [...texts].toSorted();
}
