/** Keys of both pools at once, as `keyring` lists and changes them. */
import { decodeBase64 } from '../../cli/base64.ts';
import type { KeyChange, PoolKeys } from '../../agent-api/agent.ts';
import type { Cluster, PoolName } from './cluster.ts';
import type { KeyManager } from '../../gossip/serf/internal/key-manager.ts';

/** The WAN pool first, as Consul answers. */
const POOLS: readonly PoolName[] = ['wan', 'lan'];

export class ClusterKeys {
  readonly #cluster: Cluster;
  readonly #datacenter: string;

  constructor(cluster: Cluster, datacenter: string) {
    this.#cluster = cluster;
    this.#datacenter = datacenter;
  }

  list(relayFactor: number, localOnly: boolean): Promise<PoolKeys[]> {
    const pools = localOnly ? (['lan'] as const) : POOLS;
    return this.#each(pools, (manager) => manager.list({ relayFactor }));
  }

  /** Nothing is sent for a key that is none. */
  change(verb: KeyChange, text: string, relayFactor: number): Promise<PoolKeys[]> {
    const { bytes, error } = decodeBase64(text);
    return this.#each(POOLS, async (manager) => {
      if (error !== undefined) return failed(error);
      return manager[verb](bytes, { relayFactor });
    });
  }

  async #each(
    pools: readonly PoolName[],
    work: (manager: KeyManager) => Promise<PoolKeys['result']>,
  ): Promise<PoolKeys[]> {
    const results: PoolKeys[] = [];
    for (const pool of pools) {
      const serf = this.#cluster.pool(pool);
      if (serf === undefined) continue;
      const result = await work(serf.keyManager).catch((error: Error) => failed(error.message));
      results.push({ pool, datacenter: this.#datacenter, result });
    }
    return results;
  }
}

function failed(error: string): PoolKeys['result'] {
  return { messages: {}, nodes: 0, keys: {}, primaryKeys: {}, error };
}
