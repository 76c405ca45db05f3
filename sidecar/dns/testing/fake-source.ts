/** A catalog in memory for the tests of this folder: answers at once, or through a promise for names marked slow. */
import type {
  CheckServiceNode,
  CheckStatus,
  HealthCheck,
  Node,
  NodeService,
} from '../../../protocol/types/catalog.ts';
import type {
  AddressOwner,
  DNSLog,
  DNSSource,
  Lookup,
  PreparedQueryResult,
  ServiceLookupKind,
  Versioned,
} from '../source.ts';

interface InstanceSpec extends Partial<NodeService> {
  readonly node?: Partial<Node>;
  readonly status?: CheckStatus;
  readonly nodeStatus?: CheckStatus;
}

export class FakeSource implements DNSSource {
  lastContactMs = 0;
  readonly datacenters = new Set(['dc1']);
  readonly owners = new Map<string, AddressOwner>();
  readonly virtualIPs = new Map<string, string>();
  readonly queries = new Map<string, PreparedQueryResult>();
  /** Names whose lookup takes until the next turn, or fails. */
  readonly slow = new Set<string>();
  readonly broken = new Set<string>();
  /** Names that were asked for, in order. */
  readonly asked: string[] = [];
  clients: string[] = [];
  readonly #services = new Map<string, Versioned<CheckServiceNode[]>>();
  readonly #nodes = new Map<string, Versioned<Node>>();
  #version = 0;

  setService(
    name: string,
    instances: CheckServiceNode[],
    kind: ServiceLookupKind = 'service',
  ): this {
    this.#services.set(`${kind}/${name}`, { version: ++this.#version, value: instances });
    return this;
  }

  deleteService(name: string): void {
    this.#services.delete(`service/${name}`);
  }

  setNode(name: string, address: string, more: Partial<Node> = {}): this {
    const node = makeNode({ Node: name, Address: address, ...more });
    this.#nodes.set(name.toLowerCase(), { version: ++this.#version, value: node });
    return this;
  }

  knowsDatacenter(datacenter: string): boolean {
    return this.datacenters.has(datacenter);
  }

  serviceExists(name: string, kind: ServiceLookupKind): boolean {
    return this.#services.has(`${kind}/${name}`) || this.broken.has(name);
  }

  serviceNodes(name: string, kind: ServiceLookupKind): Lookup<readonly CheckServiceNode[]> {
    return this.#give(name, this.#services.get(`${kind}/${name}`) ?? { version: 0, value: [] });
  }

  node(name: string): Lookup<Node | null> {
    return this.#give(name, this.#nodes.get(name) ?? { version: 0, value: null });
  }

  addressOwner(address: string): Lookup<AddressOwner | null> {
    return this.#give(address, { version: 1, value: this.owners.get(address) ?? null });
  }

  virtualIP(service: string): Lookup<string | null> {
    return this.#give(service, { version: 1, value: this.virtualIPs.get(service) ?? null });
  }

  preparedQuery(name: string, _datacenter: string, client: string): PreparedQueryResult | null {
    this.clients.push(client);
    return this.queries.get(name) ?? null;
  }

  #give<T>(name: string, answer: Versioned<T>): Lookup<T> {
    this.asked.push(name);
    if (this.broken.has(name)) return Promise.reject(new Error('the edge is away'));
    return this.slow.has(name) ? Promise.resolve(answer) : answer;
  }
}

/** An instance of `service` on node `n<number>` at 10.0.0.<number> (and on into 10.0.1.0). */
export function makeInstance(
  service: string,
  number: number,
  spec: InstanceSpec = {},
): CheckServiceNode {
  const { node, status = 'passing', nodeStatus = 'passing', ...own } = spec;
  const Service: NodeService = {
    ID: `${service}${number}`,
    Service: service,
    Tags: [],
    Address: '',
    Meta: null,
    Port: 8000 + number,
    Weights: { Passing: 1, Warning: 1 },
    EnableTagOverride: false,
    Proxy: {},
    Connect: {},
    PeerName: '',
    CreateIndex: 1,
    ModifyIndex: 1,
    ...own,
  };
  const Node = makeNode({
    Node: `n${number}`,
    Address: `10.0.${number >> 8}.${number & 0xff}`,
    ...node,
  });
  const Checks = [makeCheck('serfHealth', nodeStatus), makeCheck(`c:${service}`, status, service)];
  return { Node, Service, Checks };
}

export function makeInstances(service: string, count: number): CheckServiceNode[] {
  return Array.from({ length: count }, (_, index) => makeInstance(service, index + 1));
}

export const silentLog: DNSLog = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};

function makeNode(spec: Partial<Node>): Node {
  return {
    ID: '',
    Node: 'n',
    Address: '',
    Datacenter: 'dc1',
    TaggedAddresses: null,
    Meta: null,
    CreateIndex: 1,
    ModifyIndex: 1,
    ...spec,
  };
}

function makeCheck(id: string, status: CheckStatus, service = ''): HealthCheck {
  return {
    Node: '',
    CheckID: id,
    Name: id,
    Status: status,
    Notes: '',
    Output: '',
    ServiceID: service,
    ServiceName: service,
    ServiceTags: [],
    Type: '',
    Interval: '',
    Timeout: '',
    ExposedPort: 0,
    Definition: {},
    CreateIndex: 1,
    ModifyIndex: 1,
  };
}
