/** The DNS server's view of all datacenters: the own one's from its replica, another's from a replica over the link to it. */
import type { CheckServiceNode, Node } from '../../../protocol/types/catalog.ts';
import type {
  AddressOwner,
  DNSSource,
  Lookup,
  PreparedQueryResult,
  ServiceLookupKind,
} from '../../dns/source.ts';
import type { Federation } from './federation.ts';
import type { ReplicaDNSSource } from '../dns/replica-dns-source.ts';
import type { RemoteDatacenter } from './remote-datacenter.ts';

export interface FederatedDNSOptions {
  readonly datacenter: string;
  readonly local: ReplicaDNSSource;
  readonly federation: Federation;
  readonly createRemote: (remote: RemoteDatacenter) => ReplicaDNSSource;
}

interface RemoteSource {
  readonly remote: RemoteDatacenter;
  readonly source: ReplicaDNSSource;
}

export class FederatedDNSSource implements DNSSource {
  readonly #options: FederatedDNSOptions;
  readonly #remotes = new Map<string, RemoteSource>();

  constructor(options: FederatedDNSOptions) {
    this.#options = options;
  }

  get lastContactMs(): number {
    return this.#options.local.lastContactMs;
  }

  knowsDatacenter(datacenter: string): boolean {
    return this.#options.federation.knows(datacenter);
  }

  serviceExists(name: string, kind: ServiceLookupKind, datacenter: string): boolean {
    return this.#isOwn(datacenter)
      ? this.#options.local.serviceExists(name, kind)
      : this.#remote(datacenter).source.serviceExists(name, kind);
  }

  serviceNodes(
    name: string,
    kind: ServiceLookupKind,
    datacenter: string,
  ): Lookup<readonly CheckServiceNode[]> {
    return this.#isOwn(datacenter)
      ? this.#options.local.serviceNodes(name, kind)
      : this.#lookup(datacenter, (source) => source.serviceNodes(name, kind));
  }

  node(name: string, datacenter: string): Lookup<Node | null> {
    return this.#isOwn(datacenter)
      ? this.#options.local.node(name)
      : this.#lookup(datacenter, (source) => source.node(name));
  }

  addressOwner(address: string): Lookup<AddressOwner | null> {
    return this.#options.local.addressOwner(address);
  }

  virtualIP(service: string): Lookup<string | null> {
    return this.#options.local.virtualIP(service);
  }

  preparedQuery(
    nameOrID: string,
    datacenter: string,
    clientAddress: string,
  ): Promise<PreparedQueryResult | null> {
    const source = this.#isOwn(datacenter) ? this.#options.local : this.#remote(datacenter).source;
    return source.preparedQuery(nameOrID, datacenter, clientAddress);
  }

  #isOwn(datacenter: string): boolean {
    return datacenter === this.#options.datacenter;
  }

  /** What the replica there holds is given at once, also while the datacenter is away; else it has to be reached first. */
  #lookup<T>(datacenter: string, ask: (source: ReplicaDNSSource) => Lookup<T>): Lookup<T> {
    const { remote, source } = this.#remote(datacenter);
    if (remote.link.isConnected) {
      remote.lastAskedAt = Date.now();
      return ask(source);
    }
    return remote.reach().then(() => ask(source));
  }

  #remote(datacenter: string): RemoteSource {
    const { federation, createRemote } = this.#options;
    const remote = federation.remote(datacenter);
    const known = this.#remotes.get(datacenter);
    if (known?.remote === remote) return known;
    const made = { remote, source: createRemote(remote) };
    this.#remotes.set(datacenter, made);
    return made;
  }
}
