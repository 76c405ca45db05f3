/**
 * The DNS server's view of the catalog, answered from the replica.
 *
 * The list of services and the list of nodes are replicated from the start, so names that do not exist are refused
 * without a subscription; a service's instances are replicated from the first question on.
 */
import type { CheckServiceNode, Node, ServiceNode } from '../../../protocol/types/catalog.ts';
import type { MethodName } from '../../../protocol/methods.ts';
import type {
  AddressOwner,
  DNSSource,
  Lookup,
  PreparedQueryResult,
  ServiceLookupKind,
} from '../../dns/source.ts';
import { canonicalAddress } from '../../dns/wire/address.ts';
import { type QueryEnvironment, ReplicaPreparedQueries } from './replica-prepared-queries.ts';
import type { Replica } from '../../server-link/replica.ts';
import type { WatchedAnswer } from '../../server-link/watched-answer.ts';

const NO_INSTANCES: readonly CheckServiceNode[] = [];
const NO_ARGS = {};
/** An empty name lists the instances of every service. */
const ALL_INSTANCES = { service: '' };

interface NodeIndex {
  /** Of the list that it was made from. */
  readonly version: number;
  readonly byName: ReadonlyMap<string, Node>;
}

/** Who has which address; nodes take precedence over services. */
interface AddressIndex {
  /** Of the lists that it was made from. */
  readonly nodes: number;
  readonly instances: number;
  readonly owners: ReadonlyMap<string, AddressOwner>;
}

export interface ReplicaDNSOptions extends Pick<
  QueryEnvironment,
  'datacenter' | 'nodeName' | 'token' | 'places'
> {
  readonly replica: Replica;
}

export class ReplicaDNSSource implements DNSSource {
  readonly #replica: Replica;
  readonly #datacenter: string;
  readonly #token: () => string;
  /** Answers by kind and name: a query then costs one map access instead of rendering its identity. */
  readonly #watched = new Map<string, WatchedAnswer>();
  #services: { version: number; names: Set<string> } | null = null;
  #nodes: NodeIndex | null = null;
  #addresses: AddressIndex | null = null;
  #nodesByAddress: { readonly version: number; readonly names: Map<string, string> } | null = null;
  readonly #queries: ReplicaPreparedQueries;

  constructor({ replica, datacenter, token, nodeName, places }: ReplicaDNSOptions) {
    this.#replica = replica;
    this.#datacenter = datacenter;
    this.#token = token;
    this.#queries = new ReplicaPreparedQueries({
      replica,
      datacenter,
      nodeName,
      token,
      places,
      serviceExists: (name) => this.serviceExists(name, 'service'),
      serviceNodes: (name, kind) => this.serviceNodes(name, kind),
      nodeAt: (address) => this.#nodeAt(address),
    });
  }

  /** Opens the two lists; fails only when the datacenter cannot be reached, and is then tried by the next query. */
  async start(): Promise<void> {
    await Promise.all([
      this.#replica.open('catalog.services', NO_ARGS, this.#token()),
      this.#replica.open('catalog.nodes', NO_ARGS, this.#token()),
    ]);
  }

  get lastContactMs(): number {
    return this.#replica.lastContactMs;
  }

  knowsDatacenter(datacenter: string): boolean {
    return datacenter === this.#datacenter;
  }

  serviceExists(name: string, kind: ServiceLookupKind): boolean {
    if (kind !== 'service') return true;
    const list = this.#replica.peek('catalog.services', NO_ARGS, this.#token());
    if (list === undefined) return true;
    const { version } = list;
    if (this.#services?.version !== version) {
      const services = Object.keys((list.value() ?? {}) as object);
      this.#services = { version, names: new Set(services.map((each) => each.toLowerCase())) };
    }
    return this.#services!.names.has(name);
  }

  serviceNodes(name: string, kind: ServiceLookupKind): Lookup<readonly CheckServiceNode[]> {
    const key = `${kind} ${name}`;
    const known = this.#watched.get(key);
    if (known !== undefined && !known.isDropped && known.hasBody) {
      this.#replica.touch(known);
      return new Instances(known);
    }
    const args =
      kind === 'service'
        ? { service: name }
        : kind === 'connect'
          ? { service: name, connect: true }
          : { service: name, ingress: true };
    return this.#open('health.service', args).then((answer) => {
      if (this.#watched.size > MAX_REMEMBERED) this.#watched.clear();
      this.#watched.set(key, answer);
      return new Instances(answer);
    });
  }

  node(name: string): Lookup<Node | null> {
    const nodes = this.#nodeIndex();
    if (nodes === null) return this.#open('catalog.nodes', NO_ARGS).then(() => this.node(name));
    return { version: nodes.version, value: nodes.byName.get(name) ?? null };
  }

  /** The list of all instances is replicated once somebody asks who has an address. */
  addressOwner(address: string): Lookup<AddressOwner | null> {
    const nodes = this.#replica.peek('catalog.nodes', NO_ARGS, this.#token());
    const instances = this.#replica.peek('catalog.service', ALL_INSTANCES, this.#token());
    if (nodes === undefined || instances === undefined) {
      const lists = [
        this.#open('catalog.nodes', NO_ARGS),
        this.#open('catalog.service', ALL_INSTANCES),
      ];
      return Promise.all(lists).then(() => this.addressOwner(address));
    }
    const index = this.#addressIndex(nodes, instances);
    return { version: index, value: index.owners.get(address) ?? null };
  }

  #addressIndex(nodes: WatchedAnswer, instances: WatchedAnswer): AddressIndex {
    const known = this.#addresses;
    if (known?.nodes === nodes.version && known.instances === instances.version) return known;
    const owners = new Map<string, AddressOwner>();
    const own = (address: string, kind: AddressOwner['kind'], name: string): void => {
      const canonical = canonicalAddress(address);
      if (canonical !== undefined && !owners.has(canonical)) {
        owners.set(canonical, { kind, name, datacenter: this.#datacenter });
      }
    };
    for (const { Address, Node: name } of (nodes.value() ?? []) as Node[])
      own(Address, 'node', name);
    for (const { ServiceAddress, ServiceName } of (instances.value() ?? []) as ServiceNode[]) {
      own(ServiceAddress, 'service', ServiceName);
    }
    this.#addresses = { nodes: nodes.version, instances: instances.version, owners };
    return this.#addresses;
  }

  virtualIP(service: string): Lookup<string | null> {
    const args = { service };
    const known = this.#replica.peek('catalog.virtual-ip', args, this.#token());
    if (known !== undefined) return virtualIPOf(known);
    return this.#open('catalog.virtual-ip', args).then(virtualIPOf);
  }

  preparedQuery(
    nameOrID: string,
    _datacenter: string,
    clientAddress: string,
  ): Promise<PreparedQueryResult | null> {
    return this.#queries.execute(nameOrID, clientAddress);
  }

  /** Name of the node with this very address, '' for none. */
  #nodeAt(address: string): string | Promise<string> {
    const nodes = this.#replica.peek('catalog.nodes', NO_ARGS, this.#token());
    if (nodes === undefined) {
      return this.#open('catalog.nodes', NO_ARGS).then(() => this.#nodeAt(address));
    }
    const { version } = nodes;
    if (this.#nodesByAddress?.version !== version) {
      const names = new Map<string, string>();
      for (const { Node: name, Address } of (nodes.value() ?? []) as Node[]) {
        const canonical = canonicalAddress(Address);
        if (canonical !== undefined && !names.has(canonical)) names.set(canonical, name);
      }
      this.#nodesByAddress = { version, names };
    }
    return this.#nodesByAddress.names.get(address) ?? '';
  }

  #nodeIndex(): NodeIndex | null {
    const list = this.#replica.peek('catalog.nodes', NO_ARGS, this.#token());
    if (list === undefined) return null;
    const { version } = list;
    if (this.#nodes?.version !== version) {
      const nodes = (list.value() ?? []) as Node[];
      this.#nodes = {
        version,
        byName: new Map(nodes.map((node) => [node.Node.toLowerCase(), node])),
      };
    }
    return this.#nodes;
  }

  async #open(method: MethodName, args: unknown): Promise<WatchedAnswer> {
    const { answer } = await this.#replica.open(method, args, this.#token());
    if (!answer.hasBody) await this.#replica.refresh(answer);
    return answer;
  }
}

/** Names that the map of shortcuts may hold: it only saves work, so it is simply emptied when full. */
const MAX_REMEMBERED = 50_000;

/** Read only when the answer is news: to see that it is not, a query needs the version alone. */
class Instances {
  readonly version: number;
  readonly #answer: WatchedAnswer;

  constructor(answer: WatchedAnswer) {
    this.version = answer.version;
    this.#answer = answer;
  }

  get value(): readonly CheckServiceNode[] {
    return (this.#answer.value() ?? NO_INSTANCES) as readonly CheckServiceNode[];
  }
}

function virtualIPOf(answer: WatchedAnswer): { version: unknown; value: string | null } {
  const value = answer.value() as string | null;
  return { version: answer.version, value: value === '' ? null : value };
}
