/** The other datacenters that the WAN pool knows: their names by distance, and calls that go to them. */
import type { Answer, ServerRPC } from '../http-api/server-rpc.ts';
import type { SnapshotStore } from '../http-api/snapshot-store.ts';
import { distanceSeconds } from '../protocol/coordinate.ts';
import { RPCError } from '../protocol/errors.ts';
import { IDLE_SUBSCRIPTION_MS } from '../protocol/limits.ts';
import type { DatacenterMap } from '../protocol/types/coordinate.ts';
import type { Cluster } from './cluster.ts';
import { datacenterMaps } from './datacenter-maps.ts';
import { discoverControlPlane } from './control-plane-discovery.ts';
import type { Logger } from './lib/log.ts';
import { deriveLinkSecret } from './lib/link-proof.ts';
import type { OwnNode } from './node-registration.ts';
import { RemoteDatacenter } from './remote-datacenter.ts';

export interface FederationOptions {
  readonly own: OwnNode;
  readonly epoch: string;
  readonly local: ServerRPC;
  readonly localSnapshots: SnapshotStore;
  readonly cluster: () => Cluster | null;
  readonly edgeToken: string;
  readonly log: Logger;
  readonly now: () => number;
}

const SWEEP_INTERVAL_MS = 60_000;
/** In the place of a distance that nobody has measured. */
const UNKNOWN_SECONDS = Infinity;

export class Federation implements ServerRPC {
  /** Of whichever datacenter is asked. */
  readonly snapshots: SnapshotStore = {
    save: async (options) => (await this.#snapshotsOf(options.datacenter)).save(options),
    restore: async (archive, options) =>
      (await this.#snapshotsOf(options.datacenter)).restore(archive, options),
  };
  readonly #options: FederationOptions;
  readonly #remotes = new Map<string, RemoteDatacenter>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(options: FederationOptions) {
    this.#options = options;
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_INTERVAL_MS);
    this.#sweeper.unref();
  }

  /** The nearest first, then by name (Consul sorts by the median distance to a datacenter's servers). */
  otherDatacenters(): string[] {
    const others = (this.#options.cluster()?.datacenters() ?? []).slice(1);
    const distances = new Map(others.map((name) => [name, this.#medianDistance(name)]));
    return others.toSorted((a, b) => {
      const [near = UNKNOWN_SECONDS, far = UNKNOWN_SECONDS] = [distances.get(a), distances.get(b)];
      return near === far ? (a < b ? -1 : 1) : near - far;
    });
  }

  /** Undefined on an agent that is no server, and so in no pool with those of other datacenters. */
  datacenterMaps(): DatacenterMap[] | undefined {
    const pool = this.#options.cluster()?.pool('wan');
    return pool === undefined ? undefined : datacenterMaps(pool);
  }

  knows(datacenter: string): boolean {
    return datacenter === this.#options.own.datacenter || this.#isOther(datacenter);
  }

  async call(...call: Parameters<ServerRPC['call']>): Promise<Answer> {
    return this.#route(call[2].datacenter).call(...call);
  }

  async watch(...call: Parameters<ServerRPC['watch']>): Promise<Answer> {
    return this.#route(call[2].datacenter).watch(...call);
  }

  /** @throws RPCError for a datacenter that no member of the WAN pool belongs to */
  remote(datacenter: string): RemoteDatacenter {
    const known = this.#remotes.get(datacenter);
    if (known !== undefined) return known;
    if (!this.#isOther(datacenter)) {
      throw new RPCError('unknown-datacenter', 'No path to datacenter');
    }
    const { own, epoch, log, now } = this.#options;
    const remote = new RemoteDatacenter({
      dial: () => this.#dial(datacenter),
      nodeId: `${own.id}.${own.datacenter}`,
      // A visitor's name must not be that of a node there.
      nodeName: `${own.name}.${own.datacenter}`,
      epoch,
      datacenterUUID: '',
      log: log.named(`federation.${datacenter}`),
      datacenter,
      now,
    });
    this.#remotes.set(datacenter, remote);
    return remote;
  }

  stop(): void {
    clearInterval(this.#sweeper);
    for (const remote of this.#remotes.values()) remote.stop();
    this.#remotes.clear();
  }

  #route(datacenter: string): ServerRPC {
    return this.#isOwn(datacenter) ? this.#options.local : this.remote(datacenter);
  }

  async #snapshotsOf(datacenter: string): Promise<SnapshotStore> {
    if (this.#isOwn(datacenter)) return this.#options.localSnapshots;
    const remote = this.remote(datacenter);
    await remote.reach();
    return remote.link.snapshots;
  }

  #isOwn(datacenter: string): boolean {
    return datacenter === '' || datacenter === this.#options.own.datacenter;
  }

  #isOther(datacenter: string): boolean {
    return (this.#options.cluster()?.datacenters() ?? []).slice(1).includes(datacenter);
  }

  #dial(datacenter: string): ReturnType<typeof discoverControlPlane> {
    const { edgeToken } = this.#options;
    const cluster = this.#options.cluster();
    if (cluster === null) throw new RPCError('unavailable', 'the agent is stopping');
    const linkSecrets = (): Buffer[] =>
      cluster.keys('wan').map((key) => deriveLinkSecret(key, datacenter));
    const members = cluster.members('wan').filter(({ tags }) => tags['dc'] === datacenter);
    return discoverControlPlane({
      members,
      ownAddress: cluster.ownAddress,
      edgeToken,
      linkSecrets,
    });
  }

  #medianDistance(datacenter: string): number {
    const pool = this.#options.cluster()?.pool('wan');
    const own = pool?.coordinate();
    if (pool === undefined || own === undefined) return UNKNOWN_SECONDS;
    const distances = pool
      .members()
      .filter(({ tags }) => tags['dc'] === datacenter)
      .map(({ name }) => pool.coordinateOf(name))
      .map((other) => (other === undefined ? UNKNOWN_SECONDS : distanceSeconds(own, other)))
      .toSorted((a, b) => a - b);
    return distances[Math.floor(distances.length / 2)] ?? UNKNOWN_SECONDS;
  }

  #sweep(): void {
    const before = this.#options.now() - IDLE_SUBSCRIPTION_MS;
    for (const [name, remote] of this.#remotes) {
      if (remote.lastAskedAt > before && this.#isOther(name)) continue;
      remote.stop();
      this.#remotes.delete(name);
    }
  }
}
