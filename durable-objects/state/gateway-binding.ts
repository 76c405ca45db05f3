/**
 * Which routes are bound to which listeners of API gateways, and what that makes of the status of both (Consul:
 * agent/consul/gateways/controller_gateways.go).
 *
 * Consul comes to this step by step, in the background. Here it is a function of the entries, and its results are
 * written in the transaction of the write that led to them: no reader sees a gateway whose status belongs to another
 * configuration.
 */
import type { Entry, KnownEntry } from '../../protocol/config-entries/kinds.ts';
import type { APIGatewayListener } from '../../protocol/config-entries/kinds/api-gateway.ts';
import type { Condition, ResourceReference } from '../../protocol/config-entries/kinds/parts.ts';
import { RPCError } from '../../protocol/errors.ts';
import { foldName } from './catalog-topics.ts';
import { checkChain } from './config-chain.ts';
import type { EntryReader } from './config-reader.ts';
import {
  failedToBind,
  gatewayAccepted,
  gatewayNotFound,
  invalidCertificates,
  invalidChain,
  missingCertificate,
  noConflict,
  noUpstreams,
  resolvedRefs,
  routeAccepted,
  routeBound,
  routeConflict,
  statusOf,
} from './gateway-conditions.ts';

type Gateway = Entry<'api-gateway'>;
type Route = Entry<'http-route'> | Entry<'tcp-route'>;

/** Every gateway, route and binding as it should stand. Bindings of gateways that are no more are left out. */
export function bindRoutes(entries: EntryReader, now: number): KnownEntry[] {
  const gateways = entries.all('api-gateway').map((entry) => new BoundGateway(entries, entry));
  const routes: Route[] = [...entries.all('http-route'), ...entries.all('tcp-route')];
  const bound = routes.map((route) => {
    const accepted = routeAcceptance(entries, route);
    const parents = (route.Parents ?? []).map((parent) =>
      bindToParent(gateways, route, parent, accepted.Status === 'True'),
    );
    return { ...route, Status: statusOf([accepted, ...parents], route.Status, now) };
  });
  return [
    ...bound,
    ...gateways.flatMap((gateway) => [gateway.withStatus(now), gateway.toBinding()]),
  ];
}

function protocolOfRoute({ Kind }: Route): 'http' | 'tcp' {
  return Kind === 'http-route' ? 'http' : 'tcp';
}

function servicesOfRoute(route: Route): string[] {
  const services =
    route.Kind === 'http-route'
      ? (route.Rules ?? []).flatMap(({ Services = [] }) => Services)
      : (route.Services ?? []);
  return services.map(({ Name = '' }) => Name);
}

/** A route is accepted when each service that it leads to can be reached, and speaks what the route does. */
function routeAcceptance(entries: EntryReader, route: Route): Condition {
  const services = servicesOfRoute(route);
  if (services.length === 0) return noUpstreams();
  for (const service of services) {
    try {
      if (checkChain(entries, service).protocol === protocolOfRoute(route)) continue;
      return invalidChain('route protocol does not match targeted service protocol');
    } catch (error) {
      if (!(error instanceof RPCError)) throw error;
      return invalidChain(error.message);
    }
  }
  return routeAccepted();
}

function bindToParent(
  gateways: readonly BoundGateway[],
  route: Route,
  parent: ResourceReference,
  isAccepted: boolean,
): Condition {
  const gateway = gateways.find(({ name }) => foldName(name) === foldName(parent.Name ?? ''));
  if (gateway === undefined) return gatewayNotFound(parent);
  const fault = gateway.bind(route, parent.SectionName ?? '', isAccepted);
  return fault === undefined ? routeBound(parent) : failedToBind(parent, fault);
}

/** A gateway while routes are bound to it. */
class BoundGateway {
  readonly name: string;
  readonly #entry: Gateway;
  readonly #listeners: BoundListener[];
  readonly #routesOf = new Map<string, ResourceReference[]>();

  constructor(entries: EntryReader, entry: Gateway) {
    this.#entry = entry;
    this.name = entry.Name ?? '';
    this.#listeners = (entry.Listeners ?? []).map(
      (listener) => new BoundListener(entries, this.name, listener),
    );
  }

  get #isAccepted(): boolean {
    return this.#listeners.every(({ missing }) => missing === undefined);
  }

  /** @returns why the route is bound to no listener, or undefined when it is to one */
  bind(route: Route, section: string, isRouteAccepted: boolean): string | undefined {
    const prefix = `failed to bind route to gateway ${this.name}: `;
    let fault = `failed to bind route ${route.Name} to gateway ${this.name} with listener '${section}'`;
    let isBound = false;
    for (const listener of this.#listeners) {
      if (section !== '' && listener.name !== section) continue;
      if (!this.#isAccepted) fault = `${prefix}gateway has not been accepted`;
      else if (!isRouteAccepted) fault = `${prefix}route has not been accepted`;
      else {
        const refusal = listener.refusal(route, section !== '');
        if (refusal === undefined) isBound = true;
        else if (refusal.isOfHosts) fault = prefix + refusal.reason;
        else if (refusal.reason !== '') {
          fault = `failed to bind route ${route.Name} to gateway ${this.name}: ${refusal.reason}`;
        }
        if (refusal === undefined) listener.routes.push(referenceTo(route));
      }
    }
    if (!isBound) return fault;
    for (const service of servicesOfRoute(route)) this.#lead(service, route);
    return undefined;
  }

  #lead(service: string, route: Route): void {
    const routes = this.#routesOf.get(service) ?? [];
    const isThere = routes.some(({ Kind, Name }) => Kind === route.Kind && Name === route.Name);
    if (!isThere) this.#routesOf.set(service, [...routes, referenceTo(route)]);
  }

  withStatus(now: number): Gateway {
    const conditions = this.#listeners.flatMap((listener) => listener.conditions());
    conditions.push(this.#isAccepted ? gatewayAccepted() : invalidCertificates());
    return { ...this.#entry, Status: statusOf(conditions, this.#entry.Status, now) };
  }

  toBinding(): Entry<'bound-api-gateway'> {
    return {
      Kind: 'bound-api-gateway',
      Name: this.name,
      Listeners: this.#listeners.map((listener) => ({
        Name: listener.name,
        ...(listener.routes.length > 0 ? { Routes: listener.routes } : {}),
        ...(listener.certificates.length > 0 ? { Certificates: listener.certificates } : {}),
      })),
      Services: Object.fromEntries(this.#routesOf),
    };
  }
}

interface Refusal {
  readonly reason: string;
  /** The listener's hosts and the route's have nothing in common. */
  readonly isOfHosts: boolean;
}

class BoundListener {
  readonly name: string;
  readonly routes: ResourceReference[] = [];
  readonly certificates: ResourceReference[] = [];
  /** Name of a certificate that does not exist. */
  readonly missing: string | undefined;
  readonly #listener: APIGatewayListener;
  readonly #reference: ResourceReference;

  constructor(entries: EntryReader, gateway: string, listener: APIGatewayListener) {
    this.#listener = listener;
    this.name = listener.Name ?? '';
    this.#reference = { Kind: 'api-gateway', Name: gateway, SectionName: this.name };
    for (const certificate of listener.TLS?.Certificates ?? []) {
      const { Kind, Name = '' } = certificate;
      const kind = Kind === 'file-system-certificate' ? Kind : 'inline-certificate';
      if (entries.find(kind, Name) === undefined) this.missing = Name;
      else this.certificates.push(certificate);
    }
  }

  /** @param isNamed the route names this listener, so it is told of a protocol that does not fit */
  refusal(route: Route, isNamed: boolean): Refusal | undefined {
    if (route.Kind === 'http-route' && !sharesHost(this.#listener, route)) {
      const reason = `listener ${this.name} is does not have any hostnames that match the route`;
      return { reason, isOfHosts: true };
    }
    const protocol = protocolOfRoute(route);
    if (this.#listener.Protocol === protocol) return undefined;
    const reason = isNamed ? `listener ${this.name} is not a ${protocol} listener` : '';
    return { reason, isOfHosts: false };
  }

  conditions(): Condition[] {
    const isConflicted = this.#listener.Protocol === 'tcp' && this.routes.length > 1;
    return [
      this.missing === undefined
        ? resolvedRefs(this.#reference)
        : missingCertificate(this.#reference, this.missing),
      isConflicted ? routeConflict(this.#reference) : noConflict(this.#reference),
    ];
  }
}

function referenceTo({ Kind, Name = '' }: Route): ResourceReference {
  return { Kind, Name };
}

/** A route without hosts takes those of the listener; a listener without one, or with a wildcard, takes many. */
function sharesHost({ Hostname = '' }: APIGatewayListener, route: Entry<'http-route'>): boolean {
  const hosts = route.Hostnames ?? [];
  if (hosts.length === 0) return true;
  const isWildcard = Hostname === '' || Hostname.includes('*');
  const own = Hostname.replace(/^\*/, '').replace(/^\./, '');
  return hosts.some((host) => (isWildcard ? host.endsWith(own) : host === own));
}
