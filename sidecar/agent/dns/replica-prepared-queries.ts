/**
 * Prepared queries for the DNS server, executed here from what the replica holds.
 *
 * The list of queries is replicated once somebody asks for one, so a name that means nothing costs nothing. What a
 * query finds are the same instances that DNS answers for its service, however many names a template gives it; only a
 * query that captured a token is executed by the datacenter, which alone knows the token.
 */
import { type CoordinateSet, distanceBetween } from '../../../protocol/coordinate.ts';
import type { MethodName } from '../../../protocol/methods.ts';
import type { QueryExecuteArgs } from '../../../protocol/types/prepared-query.ts';
import type { CheckServiceNode } from '../../../protocol/types/catalog.ts';
import type { Coordinate, CoordinateEntry } from '../../../protocol/types/coordinate.ts';
import type { PreparedQuery, QueryExecution } from '../../../protocol/types/prepared-query.ts';
import { arrangeNodes } from '../../../http-api/prepared-query/arrange.ts';
import { type OtherPlaces, failOver } from '../../../http-api/prepared-query/failover.ts';
import { fitsQuery, hasFailover } from '../../../http-api/prepared-query/fits-query.ts';
import { QueryList } from '../../../http-api/prepared-query/query-list.ts';
import { rankByDistance } from '../../../http-api/prepared-query/rank.ts';
import { resolveQuery } from '../../../http-api/prepared-query/resolve-query.ts';
import type { Lookup, PreparedQueryResult, ServiceLookupKind } from '../../dns/source.ts';
import type { Replica } from '../../server-link/replica.ts';
import type { WatchedAnswer } from '../../server-link/watched-answer.ts';

/** The parts of the agent that a query needs. */
export interface QueryEnvironment {
  readonly replica: Pick<Replica, 'peek' | 'open' | 'refresh'>;
  readonly datacenter: string;
  /** This agent's node, which `_agent` means. */
  readonly nodeName: string;
  token(): string;
  /** False makes a query for the service find nothing without a question. */
  serviceExists(name: string): boolean;
  serviceNodes(name: string, kind: ServiceLookupKind): Lookup<readonly CheckServiceNode[]>;
  /** Name of the node with this address, '' for none. */
  nodeAt(address: string): string | Promise<string>;
  /** Where a query may look that finds nothing here. */
  places(args: QueryExecuteArgs): OtherPlaces;
}

const NO_ARGS = {};

interface Derived<T> {
  /** The version of the answer that it was made from. */
  readonly from: number;
  readonly value: T;
}

export class ReplicaPreparedQueries {
  readonly #environment: QueryEnvironment;
  #queries: Derived<QueryList> | null = null;
  #coordinates: Derived<ReadonlyMap<string, CoordinateSet>> | null = null;

  constructor(environment: QueryEnvironment) {
    this.#environment = environment;
  }

  /**
   * Null when no query matches.
   *
   * @throws what makes a template or a captured token unusable for this name
   */
  async execute(nameOrID: string, clientAddress: string): Promise<PreparedQueryResult | null> {
    const query = resolveQuery(await this.#queryList(), nameOrID);
    if (query === undefined) return null;
    const near = await this.#nearNode(query, clientAddress);
    const args = { nameOrID, agent: this.#environment.nodeName, ...(near === '' ? {} : { near }) };
    const home =
      query.Token === '' ? await this.#executeHere(query, near) : await this.#executeThere(args);
    if (home === null) return null;
    const { execution } = await failOver(home, this.#environment.places(args));
    return { ...execution, Nodes: arrangeNodes(execution, 0, Math.random) };
  }

  async #executeHere(query: PreparedQuery, near: string): Promise<QueryExecution> {
    const { Service, DNS } = query;
    const isFit = fitsQuery(Service);
    const instances = (await this.#instances(query)).filter((instance) =>
      isFit({
        tags: instance.Service.Tags ?? [],
        serviceMeta: instance.Service.Meta ?? {},
        nodeMeta: instance.Node.Meta ?? {},
        checks: instance.Checks.map(({ CheckID, Status }) => ({ id: CheckID, status: Status })),
      }),
    );
    const distanceFrom = near === '' ? null : await this.#distancesFrom(near);
    const { items, ranks } = rankByDistance(
      instances,
      ({ Node }) => distanceFrom?.(Node.Node) ?? Infinity,
    );
    return {
      Service: Service.Service,
      Nodes: [...items],
      Ranks: ranks,
      Near: near,
      DNS,
      Datacenter: Service.Peer === '' ? this.#environment.datacenter : '',
      PeerName: Service.Peer,
      ...(items.length === 0 && hasFailover(Service) ? { Rendered: query } : {}),
    };
  }

  async #instances({ Service }: PreparedQuery): Promise<readonly CheckServiceNode[]> {
    const name = Service.Service.toLowerCase();
    // Instances of peers do not stand in this datacenter's catalog.
    if (name === '' || Service.Peer !== '') return [];
    const { serviceExists, serviceNodes } = this.#environment;
    if (!Service.Connect && !serviceExists(name)) return [];
    return (await serviceNodes(name, Service.Connect ? 'connect' : 'service')).value;
  }

  async #executeThere(args: QueryExecuteArgs): Promise<QueryExecution | null> {
    return (await this.#open('query.execute', args)).value() as QueryExecution | null;
  }

  async #nearNode({ Service: { Near } }: PreparedQuery, clientAddress: string): Promise<string> {
    if (Near === '_agent') return this.#environment.nodeName;
    return Near === '_ip' ? this.#environment.nodeAt(clientAddress) : Near;
  }

  async #distancesFrom(node: string): Promise<((other: string) => number) | null> {
    const coordinates = await this.#coordinateSets();
    const origin = coordinates.get(node.toLowerCase());
    if (origin === undefined) return null;
    return (other) => distanceBetween(origin, coordinates.get(other.toLowerCase()) ?? new Map());
  }

  async #queryList(): Promise<QueryList> {
    const answer = await this.#open('query.definitions', NO_ARGS);
    if (this.#queries?.from !== answer.version) {
      const value = new QueryList((answer.value() ?? []) as PreparedQuery[]);
      this.#queries = { from: answer.version, value };
    }
    return this.#queries.value;
  }

  async #coordinateSets(): Promise<ReadonlyMap<string, CoordinateSet>> {
    const answer = await this.#open('coordinate.nodes', NO_ARGS);
    if (this.#coordinates?.from !== answer.version) {
      const value = toSets((answer.value() ?? []) as CoordinateEntry[]);
      this.#coordinates = { from: answer.version, value };
    }
    return this.#coordinates.value;
  }

  async #open(method: MethodName, args: unknown): Promise<WatchedAnswer> {
    const { replica, token } = this.#environment;
    const known = replica.peek(method, args, token());
    if (known !== undefined) return known;
    const { answer } = await replica.open(method, args, token());
    if (answer.body === null) await replica.refresh(answer);
    return answer;
  }
}

function toSets(entries: readonly CoordinateEntry[]): Map<string, CoordinateSet> {
  const sets = new Map<string, Map<string, Coordinate>>();
  for (const { Node, Segment, Coord } of entries) {
    const key = Node.toLowerCase();
    const set = sets.get(key) ?? new Map<string, Coordinate>();
    sets.set(key, set.set(Segment, Coord));
  }
  return sets;
}
