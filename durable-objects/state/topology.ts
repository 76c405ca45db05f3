/**
 * What a service speaks to and who speaks to it, for the web interface (behaviour of Consul: agent/consul/state/catalog.go,
 * ServiceTopology).
 *
 * Proxies and ingress gateways say by their configuration whom they reach. A transparent proxy, or a service that speaks
 * Connect itself, reaches besides whatever intentions allow.
 */
import type { Intention, IntentionAction } from '../../protocol/types/intention.ts';
import type { TopologyLink, TopologySource } from '../../protocol/types/ui.ts';
import { compileChain } from '../discovery-chain/compile.ts';
import { RPCError } from '../../protocol/errors.ts';
import type { SQL } from '../db/storage.ts';
import { foldName } from './catalog-topics.ts';
import { entryRowsOfKind } from './config-entries.ts';
import { EntryReader } from './config-reader.ts';
import { linksOfGateways } from './gateway-links.ts';
import { intentionsFrom, intentionsTo } from './intentions.ts';
import { type MeshService, readMeshServices } from './mesh-services.ts';

export interface Topology {
  /** All proxies of the service are transparent. */
  readonly isTransparent: boolean;
  readonly upstreams: readonly TopologyLink[];
  readonly downstreams: readonly TopologyLink[];
}

export function readTopology(
  sql: SQL,
  datacenter: string,
  service: string,
  byDefault: IntentionAction,
): Topology {
  return new TopologyReader(sql, datacenter, service, byDefault).read();
}

const ROUTING_KINDS = ['service-router', 'service-splitter', 'service-resolver'] as const;

class TopologyReader {
  readonly #sql: SQL;
  readonly #datacenter: string;
  readonly #service: string;
  readonly #default: IntentionAction;
  readonly #services: ReadonlyMap<string, MeshService>;
  /** Services that only routing knows, by folded name. */
  readonly #virtual = new Map<string, string>();
  /** Whom proxies and gateways name: pairs of service or gateway and upstream. */
  readonly #registered: readonly (readonly [downstream: string, upstream: string])[];

  constructor(sql: SQL, datacenter: string, service: string, byDefault: IntentionAction) {
    this.#sql = sql;
    this.#datacenter = datacenter;
    this.#service = service;
    this.#default = byDefault;
    this.#services = readMeshServices(sql);
    const links = linksOfGateways(sql);
    for (const { kind, links: behind } of links) {
      if (kind !== 'terminating-gateway') continue;
      for (const { service: name } of behind) {
        const known = this.#services.get(foldName(name));
        if (known !== undefined) known.isReachable = true;
      }
    }
    for (const row of ROUTING_KINDS.flatMap((kind) => entryRowsOfKind(sql, kind))) {
      if (this.#services.get(row.key)?.hasInstances !== true) this.#virtual.set(row.key, row.name);
    }
    this.#registered = [
      ...[...this.#services.values()].flatMap(({ name, upstreams }) =>
        [...upstreams].map((upstream) => [name, upstream] as const),
      ),
      ...links
        .filter(({ kind }) => kind === 'ingress-gateway')
        .flatMap(({ name, links: led }) => led.map((link) => [name, link.service] as const)),
    ];
  }

  read(): Topology {
    const own = this.#services.get(foldName(this.#service));
    return {
      isTransparent: own !== undefined && own.proxies > 0 && own.proxies === own.transparent,
      upstreams: this.#upstreams(own !== undefined && (own.transparent > 0 || own.isNative)),
      downstreams: this.#downstreams(),
    };
  }

  #upstreams(followsIntentions: boolean): TopologyLink[] {
    const from = intentionsFrom(this.#sql, this.#service);
    const key = foldName(this.#service);
    const named = this.#registered.filter(([downstream]) => foldName(downstream) === key);
    const registered = new Map(named.map(([, upstream]) => [foldName(upstream), upstream]));
    const candidates = new Map(registered);
    if (followsIntentions) {
      for (const [other, { name, isReachable, hasInstances }] of this.#services) {
        if (isReachable && hasInstances) candidates.set(other, name);
      }
      for (const [other, name] of this.#virtual) candidates.set(other, name);
    }
    candidates.delete(registered.has(key) ? '' : key);
    const links = [...candidates].flatMap(([other, name]): TopologyLink[] => {
      const isVirtual = this.#virtual.has(other);
      if (!isVirtual && this.#services.get(other)?.hasInstances !== true) return [];
      const toOther = from.filter(({ DestinationName }) => isFor(DestinationName, other));
      const link = this.#link(name, toOther, registered.has(other));
      if (link === undefined) return [];
      return [isVirtual ? { ...link, Source: 'routing-config' } : link];
    });
    return links.toSorted(
      (a, b) => Number(isRouted(a)) - Number(isRouted(b)) || (a.Name < b.Name ? -1 : 1),
    );
  }

  #downstreams(): TopologyLink[] {
    const to = intentionsTo(this.#sql, this.#service);
    const key = foldName(this.#service);
    const registered = new Map<string, string>();
    const reached = new Map<string, boolean>();
    for (const [downstream, upstream] of this.#registered) {
      const known = reached.get(upstream) ?? this.#leadsHere(upstream, key);
      reached.set(upstream, known);
      if (known) registered.set(foldName(downstream), downstream);
    }
    const candidates = new Map(registered);
    for (const [other, { name, transparent, isNative, hasInstances }] of this.#services) {
      if (hasInstances && (transparent > 0 || isNative)) candidates.set(other, name);
    }
    candidates.delete(registered.has(key) ? '' : key);
    return [...candidates]
      .flatMap(([other, name]) => {
        const from = to.filter(({ SourceName }) => SourceName === name || SourceName === '*');
        return this.#link(name, from, registered.has(other)) ?? [];
      })
      .toSorted((a, b) => (a.Name < b.Name ? -1 : 1));
  }

  /** @param intentions that bear on the pair, the one that decides in front. @returns undefined when nothing links the two */
  #link(
    Name: string,
    intentions: readonly Intention[],
    isRegistered: boolean,
  ): TopologyLink | undefined {
    const by = intentions.find(({ SourcePeer = '' }) => SourcePeer === '');
    const HasPermissions = (by?.Permissions ?? []).length > 0;
    const Allowed = by === undefined ? this.#default === 'allow' : by.Action === 'allow';
    if (!isRegistered && !Allowed && !HasPermissions) return undefined;
    const HasExact = by !== undefined && by.SourceName !== '*' && by.DestinationName !== '*';
    const DefaultAllow = this.#default === 'allow';
    const source = (): TopologySource => {
      if (isRegistered) return 'proxy-registration';
      if (HasExact) return 'specific-intention';
      return DefaultAllow ? 'default-allow' : 'wildcard-intention';
    };
    const ExternalSource = by?.Meta?.['external-source'] ?? '';
    const Intention = { Allowed, HasPermissions, ExternalSource, HasExact, DefaultAllow };
    return { Name, Source: source(), Intention };
  }

  /** Whether connections to `upstream` may end at the service. A chain that is broken leads nowhere. */
  #leadsHere(upstream: string, key: string): boolean {
    const where = { datacenter: this.#datacenter, trustDomain: '' };
    try {
      const { targets } = compileChain(new EntryReader(this.#sql), { service: upstream, ...where });
      return [...targets.values()].some(
        ({ service, datacenter }) => foldName(service) === key && datacenter === this.#datacenter,
      );
    } catch (error) {
      if (error instanceof RPCError) return false;
      throw error;
    }
  }
}

const isRouted = ({ Source }: TopologyLink): boolean => Source === 'routing-config';

const isFor = (destination: string, key: string): boolean =>
  destination === '*' || foldName(destination) === key;
