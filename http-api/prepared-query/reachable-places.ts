/** The other places of a failover, reached by RPC: datacenters by their own, peers by the own datacenter's. */
import type { QueryExecuteArgs } from '../../protocol/types/prepared-query.ts';
import type {
  PreparedQuery,
  QueryExecution,
  QueryFailoverTarget,
} from '../../protocol/types/prepared-query.ts';
import type { CallOptions, ServerRPC } from '../server-rpc.ts';
import type { OtherPlaces } from './failover.ts';

export class ReachablePlaces implements OtherPlaces {
  readonly #rpc: ServerRPC;
  readonly #datacenters: () => Promise<readonly string[]>;
  readonly #args: QueryExecuteArgs;
  readonly #options: CallOptions;

  /** @param datacenters names of the others, the nearest first */
  constructor(
    rpc: ServerRPC,
    datacenters: () => Promise<readonly string[]>,
    args: QueryExecuteArgs,
    options: CallOptions,
  ) {
    this.#rpc = rpc;
    this.#datacenters = datacenters;
    this.#args = args;
    this.#options = options;
  }

  datacenters(): Promise<readonly string[]> {
    return this.#datacenters();
  }

  async executeIn(
    { Datacenter, Peer }: QueryFailoverTarget,
    query: PreparedQuery,
  ): Promise<QueryExecution> {
    const { connect = false } = this.#args;
    const answer =
      Peer === ''
        ? await this.#rpc.call(
            'query.execute-remote',
            { query, connect },
            { ...this.#options, datacenter: Datacenter },
          )
        : await this.#rpc.call('query.execute', { ...this.#args, peer: Peer }, this.#options);
    return JSON.parse(answer.body) as QueryExecution;
  }
}
