/**
 * Whether the discovery chain of a service holds together: one protocol, subsets that exist, no circles.
 *
 * It follows routers, splitters and resolvers as a compilation would (Consul: agent/consul/discoverychain/compile.go),
 * but keeps only what tells a sound configuration from one that must be refused.
 */
import type { Entry } from '../../protocol/config-entries/kinds.ts';
import type { Redirect } from '../../protocol/config-entries/kinds/service-resolver.ts';
import { invalid } from '../../protocol/errors.ts';
import { quote } from './catalog-json.ts';
import { type EntryReader, isHTTPLike, protocolOf } from './config-reader.ts';

export interface CheckedChain {
  readonly protocol: string;
  /** What a request to the service meets first. */
  readonly startsWith: 'router' | 'splitter' | 'resolver';
}

/** Instances of a service, all or a subset, here or elsewhere. */
interface Target {
  readonly service: string;
  readonly subset: string;
  readonly datacenter: string;
  readonly peer: string;
}

/** @throws RPCError for a chain that cannot work */
export function checkChain(entries: EntryReader, service: string): CheckedChain {
  return new ChainWalk(entries, service).run();
}

class ChainWalk {
  readonly #entries: EntryReader;
  readonly #service: string;
  #protocol = '';
  #usesAdvancedRouting = false;
  readonly #resolved = new Set<string>();
  /** Splitters on the way from the start to where the walk stands. */
  readonly #path: string[] = [];
  readonly #split = new Set<string>();

  constructor(entries: EntryReader, service: string) {
    this.#entries = entries;
    this.#service = service;
  }

  run(): CheckedChain {
    const router = this.#entries.find('service-router', this.#service);
    if (router !== undefined) this.#walkRouter(router);
    const startsWith =
      this.#walkService(this.#service) === 'splitter' && router === undefined
        ? 'splitter'
        : 'resolver';
    if (this.#usesAdvancedRouting && !isHTTPLike(this.#protocol)) {
      throw invalid(
        `discovery chain ${quote(this.#service)} uses a protocol ${quote(this.#protocol)} that does not permit ` +
          'advanced routing or splitting behavior',
      );
    }
    return {
      protocol: this.#protocol,
      startsWith: router === undefined ? startsWith : 'router',
    };
  }

  #walkRouter(router: Entry<'service-router'>): void {
    this.#usesAdvancedRouting = true;
    this.#meetProtocol(this.#service);
    for (const { Destination } of router.Routes ?? []) {
      const service = Destination?.Service || this.#service;
      const subset = Destination?.ServiceSubset ?? '';
      if (subset === '') this.#walkService(service);
      else this.#resolve(targetOf(service, subset));
    }
  }

  #walkService(service: string): 'splitter' | 'resolver' {
    const splitter = this.#entries.find('service-splitter', service);
    if (splitter !== undefined) {
      this.#walkSplitter(service, splitter);
      return 'splitter';
    }
    this.#resolve(targetOf(service));
    return 'resolver';
  }

  #walkSplitter(service: string, splitter: Entry<'service-splitter'>): void {
    if (this.#path.includes(service)) {
      const circle = [...this.#path, service].map((name) => `splitter:${name}.default.default`);
      throw invalid(`detected circular reference: [${circle.join(' -> ')}]`);
    }
    if (this.#split.has(service)) return;
    this.#split.add(service);
    this.#usesAdvancedRouting = true;
    this.#path.push(service);
    for (const { Service, ServiceSubset = '' } of splitter.Splits ?? []) {
      const to = Service || service;
      // A share for the service itself goes to its instances, or the splitter would never end.
      const isFurther = to !== service && ServiceSubset === '';
      if (isFurther) this.#walkService(to);
      else this.#resolve(targetOf(to, ServiceSubset));
    }
    this.#path.pop();
  }

  #resolve(start: Target): void {
    const trail: string[] = [];
    let target = start;
    for (;;) {
      const id = describe(target);
      if (this.#resolved.has(id)) return;
      if (target.peer === '') this.#meetProtocol(target.service);
      if (trail.includes(id)) {
        throw invalid(`detected circular resolver redirect: [${[...trail, id].join(' -> ')}]`);
      }
      trail.push(id);
      const resolver = this.#entries.find('service-resolver', target.service);
      const next = redirected(target, resolver);
      if (next === undefined) {
        this.#settle(target, resolver);
        return;
      }
      target = next;
    }
  }

  /** The walk has come to instances: they must be there to be chosen, and so must those they fail over to. */
  #settle(target: Target, resolver: Entry<'service-resolver'> | undefined): void {
    const { service, subset } = target;
    if (subset !== '' && !Object.hasOwn(resolver?.Subsets ?? {}, subset)) {
      throw invalid(`service ${quote(service)} does not have a subset named ${quote(subset)}`);
    }
    this.#refuseForExternal(service, resolver);
    this.#resolved.add(describe(target));
    const failover = resolver?.Failover?.[subset] ?? resolver?.Failover?.['*'];
    if (failover === undefined) return;
    const targets: Redirect[] = failover.Targets?.length
      ? failover.Targets
      : failover.Datacenters?.length
        ? failover.Datacenters.map((Datacenter) => ({ ...failover, Datacenter }))
        : [failover];
    for (const to of targets) {
      const next = rewrite(target, to);
      if (describe(next) !== describe(target)) this.#resolve(next);
    }
  }

  /** What has a name of its own outside the mesh cannot be chosen from by the mesh. */
  #refuseForExternal(service: string, resolver: Entry<'service-resolver'> | undefined): void {
    if (!this.#entries.find('service-defaults', service)?.ExternalSNI) return;
    const parts = {
      redirects: resolver?.Redirect !== undefined,
      subsets: Object.keys(resolver?.Subsets ?? {}).length > 0,
      failover: Object.keys(resolver?.Failover ?? {}).length > 0,
    };
    for (const [part, isSet] of Object.entries(parts)) {
      if (!isSet) continue;
      throw invalid(
        `service ${quote(service)} has an external SNI set; cannot define ${part} for external services`,
      );
    }
  }

  #meetProtocol(service: string): void {
    const protocol = protocolOf(this.#entries, service);
    if (this.#protocol === '') this.#protocol = protocol;
    if (this.#protocol === protocol) return;
    throw invalid(
      `discovery chain ${quote(this.#service)} uses inconsistent protocols; ` +
        `service ${quote(service)} has ${quote(protocol)} which is not ${quote(this.#protocol)}`,
    );
  }
}

function targetOf(service: string, subset = ''): Target {
  return { service, subset, datacenter: '', peer: '' };
}

function describe({ service, subset, datacenter, peer }: Target): string {
  const where = peer === '' ? datacenter || 'dc1' : `external.${peer}`;
  return `${subset === '' ? '' : `${subset}.`}${service}.default.default.${where}`;
}

/** Where a resolver sends a target, by its redirect or its default subset; undefined when the target stands. */
function redirected(
  target: Target,
  resolver: Entry<'service-resolver'> | undefined,
): Target | undefined {
  if (resolver?.Redirect !== undefined) {
    const to = rewrite(target, resolver.Redirect);
    if (describe(to) !== describe(target)) return to;
  }
  const subset = resolver?.DefaultSubset ?? '';
  return target.subset === '' && subset !== '' ? { ...target, subset } : undefined;
}

/** A subset belongs to its service, so another service means none. */
function rewrite(target: Target, to: Redirect): Target {
  const isOther = to.Service !== undefined && to.Service !== '' && to.Service !== target.service;
  return {
    service: isOther ? to.Service! : target.service,
    subset: to.ServiceSubset || (isOther ? '' : target.subset),
    datacenter: to.Datacenter || target.datacenter,
    peer: to.Peer ?? '',
  };
}
