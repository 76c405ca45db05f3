/**
 * The source as one query sees it: every lookup is remembered with the version it gave, so that the encoded answer
 * can be reused for as long as all of them would give the same again.
 */
import type { CheckServiceNode, Node } from '../../../protocol/types/catalog.ts';
import type {
  AddressOwner,
  DNSSource,
  Lookup,
  PreparedQueryResult,
  ServiceLookupKind,
  Versioned,
} from '../source.ts';

/** True while what was learned still holds. Called on every cache hit, so it must not await. */
export type StillHolds = () => boolean;

/**
 * An answer assembled from more lookups than this (a service of many external aliases into our own zone) is cheaper
 * to make anew than to validate.
 */
const MAX_LOOKUPS = 8;

export class TrackedSource {
  readonly #source: DNSSource;
  readonly #checks: StillHolds[] = [];
  #reusable = true;

  constructor(source: DNSSource) {
    this.#source = source;
  }

  /** Undefined when the answer must not be reused. */
  get checks(): readonly StillHolds[] | undefined {
    return this.#reusable && this.#checks.length <= MAX_LOOKUPS ? this.#checks : undefined;
  }

  /** For answers that depend on more than the source: on the client, or on a recursor. */
  markUnrepeatable(): void {
    this.#reusable = false;
  }

  knowsDatacenter(datacenter: string): boolean {
    return this.#fact(() => this.#source.knowsDatacenter(datacenter));
  }

  serviceExists(name: string, kind: ServiceLookupKind, datacenter: string): boolean {
    return this.#fact(() => this.#source.serviceExists(name, kind, datacenter));
  }

  serviceNodes(
    name: string,
    kind: ServiceLookupKind,
    datacenter: string,
  ): Promise<readonly CheckServiceNode[]> {
    return this.#lookup(() => this.#source.serviceNodes(name, kind, datacenter));
  }

  node(name: string, datacenter: string): Promise<Node | null> {
    return this.#lookup(() => this.#source.node(name, datacenter));
  }

  addressOwner(address: string): Promise<AddressOwner | null> {
    return this.#lookup(() => this.#source.addressOwner(address));
  }

  virtualIP(service: string): Promise<string | null> {
    return this.#lookup(() => this.#source.virtualIP(service));
  }

  async preparedQuery(
    nameOrID: string,
    datacenter: string,
    clientAddress: string,
  ): Promise<PreparedQueryResult | null> {
    this.markUnrepeatable();
    return this.#source.preparedQuery(nameOrID, datacenter, clientAddress);
  }

  /** A yes needs no check: a lookup follows it, whose version changes when the thing goes. */
  #fact(ask: () => boolean): boolean {
    const known = ask();
    if (!known) this.#checks.push(() => !ask());
    return known;
  }

  async #lookup<T>(ask: () => Lookup<T>): Promise<T> {
    const { version, value } = await ask();
    this.#checks.push(() => isVersion(ask(), version));
    return value;
  }
}

/** A lookup that has to ask again (its replica was dropped) is not current. */
function isVersion<T>(lookup: Lookup<T>, version: unknown): boolean {
  if (!(lookup instanceof Promise)) return (lookup as Versioned<T>).version === version;
  // The query that follows joins this request and deals with its failure.
  lookup.catch(() => {});
  return false;
}
