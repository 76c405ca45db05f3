/** Keys of all pools at once, as `keyring` lists and changes them: the WAN pool's, and every datacenter's LAN pool's. */
import type { KeyChange, PoolKeys } from '../../agent-api/agent.ts';
import { decodeBase64 } from '../../cli/base64.ts';
import type { SerfEvent } from '../../gossip/serf/events.ts';
import type { KeyManager } from '../../gossip/serf/internal/key-manager.ts';
import type { Cluster, PoolName } from './cluster.ts';
import { type KeyTask, emptyResult } from './key-task.ts';
import { RemoteKeys, answerKeyQuery } from './remote-keys.ts';

/** The WAN pool first, as Consul answers; then this datacenter, then the others. */
const POOLS: readonly PoolName[] = ['wan', 'lan'];

export class ClusterKeys {
  readonly #cluster: Cluster;
  readonly #datacenter: string;
  readonly #remote: RemoteKeys;

  constructor(cluster: Cluster, datacenter: string) {
    this.#cluster = cluster;
    this.#datacenter = datacenter;
    this.#remote = new RemoteKeys({
      datacenter,
      members: () => cluster.members('wan'),
      // Where there is no WAN pool, it has no members to ask.
      query: (...query) => cluster.pool('wan')!.query(...query),
    });
  }

  async list(relayFactor: number, localOnly: boolean): Promise<PoolKeys[]> {
    const task: KeyTask = { verb: 'list', key: '', relayFactor };
    if (localOnly) return this.#own(['lan'], task);
    return [...(await this.#own(POOLS, task)), ...(await this.#remote.ask(task))];
  }

  /** Nothing is sent for a key that is none. */
  async change(verb: KeyChange, key: string, relayFactor: number): Promise<PoolKeys[]> {
    const task: KeyTask = { verb, key, relayFactor };
    const own = await this.#own(POOLS, task);
    if (decodeBase64(key).error !== undefined) return own;
    return [...own, ...(await this.#remote.ask(task))];
  }

  /** Another datacenter's question about the LAN pool of this one; everything else is left alone. */
  async answer(event: SerfEvent, log: { warn(text: string): void }): Promise<void> {
    const ofOwnPool = async (task: KeyTask): Promise<PoolKeys['result']> =>
      (await this.#own(['lan'], task))[0]?.result ?? emptyResult('gossip is disabled there');
    await answerKeyQuery(event, ofOwnPool, log);
  }

  async #own(pools: readonly PoolName[], task: KeyTask): Promise<PoolKeys[]> {
    const results: PoolKeys[] = [];
    for (const pool of pools) {
      const serf = this.#cluster.pool(pool);
      if (serf === undefined) continue;
      const result = await carryOut(serf.keyManager, task).catch((error: Error) =>
        emptyResult(error.message),
      );
      results.push({ pool, datacenter: this.#datacenter, result });
    }
    return results;
  }
}

async function carryOut(manager: KeyManager, task: KeyTask): Promise<PoolKeys['result']> {
  const { verb, key, relayFactor } = task;
  if (verb === 'list') return manager.list({ relayFactor });
  const { bytes, error } = decodeBase64(key);
  return error === undefined ? manager[verb](bytes, { relayFactor }) : emptyResult(error);
}
