/**
 * The gossip pools of this agent: LAN, and for a server WAN.
 *
 * It starts them, joins what the configuration names until somebody answers, and does what `members`, `join`, `leave`, `force-leave`
 * and `keyring` ask for. What members mean for the datacenter is said elsewhere (`member-reporter.ts`, `control-plane-discovery.ts`).
 */
import fs from 'node:fs';
import path from 'node:path';
import { invalid } from '../../../protocol/errors.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import type { GossipPoolConfig } from '../../config/agent-config-network.ts';
import { memberTags } from './member-tags.ts';
import { loadKeyring, storeKeys } from '../../gossip/serf/internal/keyring-file.ts';
import { Keyring } from '../../gossip/keyring/keyring.ts';
import { GossipError } from '../../gossip/errors.ts';
import { type Pool, createPool } from '../../gossip/pool.ts';
import { lanMergeRule, wanMergeRule } from '../../gossip/serf/consul/merge-rules.ts';
import { CONSUL_SERF_CONFIG } from '../../gossip/serf/consul/pool-defaults.ts';
import { renderWANName } from '../../gossip/serf/consul/wan-name.ts';
import type { SerfEventListener } from '../../gossip/serf/events.ts';
import type { Member } from '../../gossip/serf/member.ts';
import { consulProfile } from '../../gossip/swim/config.ts';
import type { Logger } from '../../lib/log.ts';
import type { OwnNode } from '../host/node-registration.ts';
import { RetryJoin } from './retry-join.ts';

export type PoolName = 'lan' | 'wan';

export interface ClusterOptions {
  readonly config: AgentConfig;
  readonly dataDir: string;
  readonly own: OwnNode;
  readonly log: Logger;
  /** Of both pools, from the first moment on. */
  readonly onEvent: (pool: PoolName, event: Parameters<SerfEventListener>[0]) => void;
}

const DIRECTORY = 'serf';
const FILES = {
  lan: { keyring: 'local.keyring', snapshot: 'local.snapshot' },
  wan: { keyring: 'remote.keyring', snapshot: 'remote.snapshot' },
};

export class Cluster {
  readonly #options: ClusterOptions;
  readonly #pools = new Map<PoolName, Pool>();
  readonly #keyrings = new Map<PoolName, Keyring>();
  readonly #joins: RetryJoin[] = [];

  private constructor(options: ClusterOptions) {
    this.#options = options;
  }

  /** @throws Error that names the address which cannot be listened on; nothing is left open then */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(options);
    const { config } = options;
    try {
      if (config.gossipLAN.port > 0) await cluster.#start('lan', config.gossipLAN);
      if (config.server && config.gossipWAN !== undefined) {
        await cluster.#start('wan', config.gossipWAN);
      }
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  pool(name: PoolName): Pool | undefined {
    return this.#pools.get(name);
  }

  /** In order of name. */
  members(name: PoolName): Member[] {
    const members = this.#pools.get(name)?.members() ?? [];
    return members.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Names of all datacenters that the WAN pool knows, this one first. */
  datacenters(): string[] {
    const { own } = this.#options;
    const others = this.members('wan').map(({ tags }) => tags['dc'] ?? '');
    return [...new Set([own.datacenter, ...others.filter((name) => name !== '')])];
  }

  /** Figures of each pool, for people. */
  stats(): Record<string, Record<string, string>> {
    const pools = [...this.#pools].map(([name, pool]) => [`serf_${name}`, pool.stats()] as const);
    return Object.fromEntries(pools);
  }

  /** Keys that links may be proved with; none where gossip is not encrypted. */
  keys(name: PoolName): readonly Uint8Array[] {
    return this.#keyrings.get(name)?.keys() ?? [];
  }

  /** This host's address in the LAN pool. */
  get ownAddress(): string {
    return this.#pools.get('lan')?.localMember().address ?? this.#options.own.address;
  }

  /** Begins to join what the configuration names, for as long as nobody answers. */
  startJoining(): void {
    const { gossipLAN, gossipWAN } = this.#options.config;
    this.#keepJoining('lan', gossipLAN);
    if (gossipWAN !== undefined) this.#keepJoining('wan', gossipWAN);
  }

  /** @throws Error with the reason of the first address, in Consul's words */
  async join(address: string, name: PoolName): Promise<void> {
    const pool = this.#require(name);
    const { contacted, errors } = await pool.join([address], { ignoreOld: true });
    if (contacted === 0) throw invalid(renderErrors(errors));
  }

  /** @returns false when no pool knows that member */
  async forceLeave(node: string, prune: boolean, name: PoolName): Promise<boolean> {
    const pools = name === 'wan' ? (['wan'] as const) : (['lan', 'wan'] as const);
    let isKnown = false;
    for (const each of pools) {
      const pool = this.#pools.get(each);
      const member = each === 'wan' && name === 'lan' ? this.#wanName(node) : node;
      if (pool?.member(member) === undefined) continue;
      isKnown = true;
      await pool.forceLeave(member, prune);
    }
    return isKnown;
  }

  /** Tells the others that this node goes of its own will. The pools still answer, until `stop`. */
  async leave(): Promise<void> {
    for (const join of this.#joins.splice(0)) join.stop();
    await Promise.all([...this.#pools.values()].map((pool) => pool.leave()));
  }

  async setTags(tags: Readonly<Record<string, string>>): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.setTags(tags)));
  }

  async stop(): Promise<void> {
    for (const join of this.#joins.splice(0)) join.stop();
    await Promise.all([...this.#pools.values()].map((pool) => pool.stop()));
    this.#pools.clear();
  }

  async #start(name: PoolName, settings: GossipPoolConfig): Promise<void> {
    const { config, own, log, onEvent, dataDir } = this.#options;
    const keyring = await this.#loadKeyring(name);
    this.#keyrings.set(name, keyring);
    const keyringFile = config.disableKeyringFile ? undefined : this.#file(name, 'keyring');
    const pool = await createPool({
      name: name === 'wan' ? renderWANName(own.name, own.datacenter) : own.name,
      tags: memberTags(config, own, settings.advertiseAddress, name),
      bind: { address: settings.bindAddress, port: settings.port },
      ...(settings.advertiseAddress !== settings.bindAddress && {
        advertise: { address: settings.advertiseAddress, port: settings.port },
      }),
      profile: {
        ...consulProfile(name, settings),
        verifyIncoming: config.encryptVerifyIncoming,
        verifyOutgoing: config.encryptVerifyOutgoing,
      },
      serf: {
        ...CONSUL_SERF_CONFIG,
        reconnectTimeoutMs: settings.reconnectTimeoutMs,
        coordinates: !config.disableCoordinates,
        rejoinAfterLeave: config.rejoinAfterLeave,
      },
      keyring,
      ...(keyringFile !== undefined && { keyringFile }),
      ...(config.dataDir !== '' && {
        snapshotPath: path.join(dataDir, DIRECTORY, FILES[name].snapshot),
      }),
      merge:
        name === 'wan'
          ? wanMergeRule()
          : lanMergeRule({ datacenter: own.datacenter, nodeID: own.id, nodeName: own.name }),
      onEvent: (event) => onEvent(name, event),
      log: log.named(name === 'wan' ? 'serf.wan' : 'serf.lan'),
    }).catch((error: unknown) => {
      throw explainListenFailure(error, name);
    });
    this.#pools.set(name, pool);
  }

  /** A keyring on disk wins over `encrypt`: keys may have been changed since. */
  async #loadKeyring(name: PoolName): Promise<Keyring> {
    const { config } = this.#options;
    const file = this.#file(name, 'keyring');
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    if (!config.disableKeyringFile && fs.existsSync(file)) return loadKeyring(file);
    if (config.encryptKey === '') return new Keyring();
    const key = Buffer.from(config.encryptKey, 'base64');
    if (!config.disableKeyringFile) await storeKeys(file, [key]);
    return new Keyring(key);
  }

  #keepJoining(name: PoolName, settings: GossipPoolConfig): void {
    const pool = this.#pools.get(name);
    if (pool === undefined || settings.retryJoin.length === 0) return;
    const { log } = this.#options;
    this.#joins.push(
      new RetryJoin({
        addresses: settings.retryJoin,
        intervalMs: settings.retryIntervalMs,
        maxAttempts: settings.retryMaxAttempts,
        join: (addresses) => pool.join(addresses, { ignoreOld: true }),
        log: log.named(`retry_join.${name}`),
      }),
    );
  }

  #wanName(node: string): string {
    return node.includes('.') ? node : renderWANName(node, this.#options.own.datacenter);
  }

  #file(name: PoolName, kind: 'keyring' | 'snapshot'): string {
    return path.join(this.#options.dataDir, DIRECTORY, FILES[name][kind]);
  }

  #require(name: PoolName): Pool {
    const pool = this.#pools.get(name);
    if (pool !== undefined) return pool;
    throw invalid(
      name === 'wan'
        ? 'this agent is in no WAN pool: only servers are, unless ports.serf_wan is disabled'
        : 'gossip is disabled on this agent (ports.serf_lan)',
    );
  }
}

/** As Go's multierror words several at once, which operators know. */
function renderErrors(errors: readonly Error[]): string {
  const count = `${errors.length} error${errors.length === 1 ? '' : 's'} occurred:`;
  return `${[count, ...errors.map(({ message }) => `\t* ${message}`)].join('\n')}\n\n`;
}

/** A port that is taken names the option that changes it. */
function explainListenFailure(error: unknown, name: PoolName): unknown {
  if (!(error instanceof GossipError) || error.code !== 'listen_failed') return error;
  const option = `-serf-${name}-port (ports.serf_${name})`;
  const pool = `gossip (${name.toUpperCase()} pool)`;
  const text = `${pool}: ${error.message}; choose another port with ${option}`;
  return new Error(text, { cause: error });
}
