/**
 * What the DNS server needs to know of the catalog. The agent answers it from the sidecar's replica.
 *
 * Contract for all lookups:
 * - Names arrive lower-cased and must be matched ignoring case.
 * - What the replica holds is returned at once. A promise is for what it must ask for first; asking again for the same
 *   thing meanwhile must join that request. A rejected promise becomes SERVFAIL.
 * - `version` differs (`!==`) whenever `value` may have changed. Each answered query calls its lookup again to compare
 *   versions, so a lookup of replicated data must be a map access, and may count as the sign that the name is in use.
 * - Values are never modified by either side.
 * - Visibility under the agent's ACL token, staleness and reachability are decided behind this interface.
 */
import type { CheckServiceNode, Node } from '../../protocol/types/catalog.ts';

export interface Versioned<T> {
  readonly version: unknown;
  readonly value: T;
}

export type Lookup<T> = Versioned<T> | Promise<Versioned<T>>;

/**
 * `service`: the instances of that name. `connect`: its proxies and its native instances, as
 * /v1/health/connect gives them. `ingress`: the ingress gateways that expose it, as /v1/health/ingress does.
 */
export type ServiceLookupKind = 'service' | 'connect' | 'ingress';

export interface PreparedQueryResult {
  readonly Service: string;
  /** Filtered by health and sorted by distance already: the server keeps this order. */
  readonly Nodes: readonly CheckServiceNode[];
  /** A Go duration; empty to use the TTL of the service. */
  readonly DNS: { readonly TTL: string };
  /** Where the instances are, after a failover not the datacenter that was asked. */
  readonly Datacenter: string;
}

/** Who has an IP address. A node's own address takes precedence over a service's. */
export interface AddressOwner {
  readonly kind: 'node' | 'service';
  readonly name: string;
  readonly datacenter: string;
}

export interface DNSSource {
  /** Milliseconds since this agent's datacenter was last heard of; 0 while it is. Read for every answer. */
  readonly lastContactMs: number;

  /** False makes every name in `datacenter` NXDOMAIN without a lookup. */
  knowsDatacenter(datacenter: string): boolean;

  /**
   * False makes the name NXDOMAIN without a lookup, so that random names cost nothing and create no subscription.
   * A source that has no list of services yet, or none for this kind or datacenter, answers true.
   */
  serviceExists(name: string, kind: ServiceLookupKind, datacenter: string): boolean;

  /** All instances with all their checks, whatever their health and tags; empty when there is none. */
  serviceNodes(
    name: string,
    kind: ServiceLookupKind,
    datacenter: string,
  ): Lookup<readonly CheckServiceNode[]>;

  /** Null when there is no such node. */
  node(name: string, datacenter: string): Lookup<Node | null>;

  /** `address` is canonical text (`canonicalAddress` in wire/address.ts). Only this agent's datacenter counts. */
  addressOwner(address: string): Lookup<AddressOwner | null>;

  /** The virtual IP of a mesh service in this agent's datacenter; null when it has none. */
  virtualIP(service: string): Lookup<string | null>;

  /**
   * Runs a prepared query by name or ID, on behalf of a client at `clientAddress` (its `Near: "_ip"`).
   * Null when no query matches. Never cached by the server.
   */
  preparedQuery(
    nameOrID: string,
    datacenter: string,
    clientAddress: string,
  ): PreparedQueryResult | null | Promise<PreparedQueryResult | null>;
}

/** The part of the agent's logger that this folder uses. */
export interface DNSLog {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}
