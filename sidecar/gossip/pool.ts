/** A gossip pool as the agent uses it: Serf on SWIM, on the network. */
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { Keyring } from './keyring/keyring.ts';
import { systemRandom } from './random.ts';
import type { Random } from './random.ts';
import { DEFAULT_SERF_CONFIG } from './serf/config.ts';
import type { SerfConfig } from './serf/config.ts';
import type { SerfEventListener } from './serf/events.ts';
import { storeKeys } from './serf/internal/keyring-file.ts';
import type { Tags } from './serf/member.ts';
import type { MergeRule } from './serf/serf-options.ts';
import type { Serf } from './serf/serf.ts';
import { SnapshotFile } from './serf/snapshot/snapshot-storage.ts';
import type { SnapshotStorage } from './serf/snapshot/snapshot-storage.ts';
import { startSerf } from './serf/start-serf.ts';
import type { SwimConfig } from './swim/config.ts';
import { createMemberlist } from './swim/create-memberlist.ts';
import type { Resolver } from './swim/join-address.ts';
import type { SwimMemberlist } from './swim/swim-memberlist.ts';
import type { Endpoint, Transport } from './transport.ts';
import { UDPTCPTransport } from './transport/udp-tcp-transport.ts';
import type { GossipLog } from './log.ts';

export type Pool = Serf<SwimMemberlist>;

export interface PoolOptions {
  /** Unique in the pool. */
  readonly name: string;
  readonly tags: Tags;
  /** An IP address, and a port of which 0 lets the system pick one. */
  readonly bind: Endpoint;
  /** Where others reach this node, when that is not where it listens. */
  readonly advertise?: Endpoint;
  /** Timing, sizes, compression, verification, networks: `LAN_PROFILE` and its like, or `consulProfile(...)`. */
  readonly profile: Omit<SwimConfig, 'name' | 'advertise'>;
  /** What differs from Serf's defaults: `CONSUL_SERF_CONFIG` for one. */
  readonly serf?: Partial<Omit<SerfConfig, 'name' | 'tags'>>;
  /** Without one, or with an empty one, nothing is encrypted. */
  readonly keyring?: Keyring;
  /** Where changed keys are stored. */
  readonly keyringFile?: string;
  /** Where the pool is remembered across restarts. */
  readonly snapshotPath?: string;
  readonly merge?: MergeRule;
  /** Hears of everything from the start, this node's own join included. */
  readonly onEvent?: SerfEventListener;
  /** The node stopped by itself: another has its name. */
  readonly onStopped?: (reason: string) => void;
  readonly log: GossipLog;
  /** The network, the clock, chance, names and the disk, where they are not the real ones. */
  readonly transport?: Transport;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly resolve?: Resolver;
  readonly snapshot?: SnapshotStorage;
}

/**
 * Starts a node: a pool of its own until it joins another, or finds the one that it remembers.
 *
 * @throws GossipError `invalid_config`, `invalid_address`, `listen_failed`, `too_large` (tags); the system's error when the
 * snapshot cannot be read. Nothing is left open then.
 */
export function createPool(options: PoolOptions): Promise<Pool> {
  const { name, tags, profile, log, keyringFile, resolve } = options;
  const { keyring = new Keyring(), clock = systemClock, random = systemRandom } = options;
  const snapshot = snapshotOf(options);
  return startSerf<SwimMemberlist>({
    config: { ...DEFAULT_SERF_CONFIG, ...options.serf, name, tags },
    clock,
    random,
    log,
    keyring,
    gossipIntervalMs: profile.gossipIntervalMs,
    retransmitMult: profile.retransmitMult,
    ...(snapshot === undefined ? {} : { snapshot }),
    ...(keyringFile === undefined ? {} : { persistKeys: (keys) => storeKeys(keyringFile, keys) }),
    ...(options.merge === undefined ? {} : { merge: options.merge }),
    ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
    ...(options.onStopped === undefined ? {} : { onStopped: options.onStopped }),
    createMemberlist: (delegates, versions) =>
      createMemberlist({
        config: {
          ...profile,
          name,
          advertise: options.advertise,
          delegateProtocolMin: versions.min,
          delegateProtocolMax: versions.max,
          delegateProtocolVersion: versions.current,
        },
        transport: options.transport ?? new UDPTCPTransport({ bind: options.bind, clock, log }),
        clock,
        random,
        delegates,
        keyring,
        log,
        ...(resolve === undefined ? {} : { resolve }),
      }),
  });
}

function snapshotOf({ snapshot, snapshotPath }: PoolOptions): SnapshotStorage | undefined {
  if (snapshot !== undefined) return snapshot;
  return snapshotPath === undefined ? undefined : new SnapshotFile(snapshotPath);
}
