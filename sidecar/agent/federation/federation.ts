/**
 * The other datacenters, and calls that go to them.
 *
 * A server knows them from the WAN pool and reaches them by itself; other agents ask their control plane, and are led through
 * its door.
 */
import type { Answer, CallOptions, ServerRPC } from '../../../http-api/server-rpc.ts';
import type { SnapshotStore } from '../../../http-api/snapshot-store.ts';
import { RPCError } from '../../../protocol/errors.ts';
import type { LoginRequest } from '../../../protocol/login-http.ts';
import { IDLE_SUBSCRIPTION_MS } from '../../../protocol/limits.ts';
import type { DatacenterMap } from '../../../protocol/types/coordinate.ts';
import type { DatacenterList, KnownServer } from '../../../protocol/types/datacenters.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { ControlPlaneDatacenters } from './control-plane-datacenters.ts';
import { knownServer } from '../cluster/known-server.ts';
import type { Logger } from '../../lib/log.ts';
import type { OwnNode } from '../host/node-registration.ts';
import { RemoteDatacenter } from './remote-datacenter.ts';
import type { Dial } from '../../server-link/link-transport.ts';
import { WANDatacenters } from './wan-datacenters.ts';

/** The own datacenter. */
export interface LocalDatacenter extends ServerRPC {
  logIn(request: LoginRequest): Promise<Answer>;
}

export interface FederationOptions {
  readonly own: OwnNode;
  readonly epoch: string;
  readonly local: LocalDatacenter;
  readonly localSnapshots: SnapshotStore;
  readonly cluster: () => Cluster | null;
  /** Read at each use: a reload may change it. */
  readonly edgeToken: () => string;
  /** The own control plane, to be asked for other datacenters; null where this agent runs it, and so knows no less. */
  readonly dialOwn: (() => Promise<Dial>) | null;
  readonly log: Logger;
  readonly now: () => number;
}

/** DNS cannot wait for the list: what it knows of new datacenters is at most so old. */
const REFRESH_INTERVAL_MS = 15_000;

export class Federation implements ServerRPC {
  /** Of whichever datacenter is asked. */
  readonly snapshots: SnapshotStore = {
    save: async (options) => (await this.#snapshotsOf(options.datacenter)).save(options),
    restore: async (archive, options) =>
      (await this.#snapshotsOf(options.datacenter)).restore(archive, options),
  };
  readonly #options: FederationOptions;
  readonly #remotes = new Map<string, RemoteDatacenter>();
  readonly #wan: WANDatacenters;
  readonly #told: ControlPlaneDatacenters | null;
  readonly #timer: NodeJS.Timeout;

  constructor(options: FederationOptions) {
    this.#options = options;
    const { cluster, edgeToken, dialOwn, now, log } = options;
    this.#wan = new WANDatacenters(cluster, edgeToken);
    this.#told =
      dialOwn === null
        ? null
        : new ControlPlaneDatacenters({ dial: dialOwn, now, log: log.named('federation') });
    this.#timer = setInterval(() => this.#tick(), REFRESH_INTERVAL_MS);
    this.#timer.unref();
  }

  /** The nearest first. */
  async otherDatacenters(): Promise<readonly string[]> {
    await this.#told?.refresh();
    return this.#names();
  }

  async datacenterMaps(): Promise<readonly DatacenterMap[] | undefined> {
    return this.#wan.maps() ?? (await this.#told?.refresh())?.Maps ?? undefined;
  }

  /** What other agents are told that ask this one. */
  async list(): Promise<DatacenterList> {
    const Others = this.#wan.names();
    const servers = Others.map((name) => this.#wan.server(name));
    const Servers = servers.filter((server) => server !== undefined);
    return { Others, Maps: this.#wan.maps() ?? null, Servers };
  }

  /** What stands for Consul's servers there; undefined where nobody has told of one. */
  async serverOf(datacenter: string): Promise<KnownServer | undefined> {
    const { own, cluster } = this.#options;
    if (this.#isOwn(datacenter))
      return knownServer(cluster()?.members('lan') ?? [], own.datacenter);
    const there = this.#wan.server(datacenter);
    if (there !== undefined) return there;
    const list = await this.#told?.refresh();
    return list?.Servers?.find(({ Datacenter }) => Datacenter === datacenter);
  }

  /** As far as it was told last; a name that is not known makes it ask, for the next time. */
  knows(datacenter: string): boolean {
    if (this.#isOwn(datacenter) || this.#isOther(datacenter)) return true;
    void this.#told?.refresh();
    return false;
  }

  /** The link to the own control plane stands. */
  linkConnected(): void {
    void this.#told?.refresh();
  }

  call(...call: Parameters<ServerRPC['call']>): Promise<Answer> {
    const { datacenter } = call[2];
    // Nearly all calls are of the own datacenter, and need not wait to be told so.
    if (this.#isOwn(datacenter)) return this.#options.local.call(...call);
    return this.#route(datacenter).then((rpc) => rpc.call(...call));
  }

  watch(...call: Parameters<ServerRPC['watch']>): Promise<Answer> {
    const { datacenter } = call[2];
    if (this.#isOwn(datacenter)) return this.#options.local.watch(...call);
    return this.#route(datacenter).then((rpc) => rpc.watch(...call));
  }

  /** @throws RPCError for a datacenter that nobody has told of */
  remote(datacenter: string): RemoteDatacenter {
    const known = this.#remotes.get(datacenter);
    if (known !== undefined) return known;
    if (!this.#isOther(datacenter)) {
      throw new RPCError('unknown-datacenter', 'No path to datacenter');
    }
    const { own, epoch, log, now } = this.#options;
    const remote = new RemoteDatacenter({
      dial: () => this.dial(datacenter),
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

  /** The way to another datacenter. @throws Error that says what is missing */
  async dial(datacenter: string): Promise<Dial> {
    const { dialOwn } = this.#options;
    if (this.#wan.has(datacenter)) return this.#wan.dial(datacenter);
    if (dialOwn === null) throw new RPCError('unknown-datacenter', 'No path to datacenter');
    return { ...(await dialOwn()), datacenter };
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const remote of this.#remotes.values()) remote.stop();
    this.#remotes.clear();
  }

  async #route(datacenter: string): Promise<ServerRPC> {
    if (this.#isOwn(datacenter)) return this.#options.local;
    if (!this.#isOther(datacenter)) await this.#told?.refresh();
    return this.remote(datacenter);
  }

  async #snapshotsOf(datacenter: string): Promise<SnapshotStore> {
    if (this.#isOwn(datacenter)) return this.#options.localSnapshots;
    await this.#route(datacenter);
    const remote = this.remote(datacenter);
    await remote.reach();
    return remote.link.snapshots;
  }

  /** By an auth method of that datacenter. @throws RPCError */
  async logIn(request: LoginRequest, { datacenter }: CallOptions): Promise<Answer> {
    if (this.#isOwn(datacenter)) return this.#options.local.logIn(request);
    await this.#route(datacenter);
    return this.remote(datacenter).link.rpc.logIn(request);
  }

  #isOwn(datacenter: string): boolean {
    return datacenter === '' || datacenter === this.#options.own.datacenter;
  }

  #isOther(datacenter: string): boolean {
    return this.#wan.has(datacenter) || this.#told?.known.Others.includes(datacenter) === true;
  }

  /** Those of the WAN pool first: only their distance is measured from here. */
  #names(): string[] {
    return [...new Set([...this.#wan.names(), ...(this.#told?.known.Others ?? [])])].filter(
      (name) => !this.#isOwn(name),
    );
  }

  #tick(): void {
    void this.#told?.refresh();
    const before = this.#options.now() - IDLE_SUBSCRIPTION_MS;
    for (const [name, remote] of this.#remotes) {
      if (remote.lastAskedAt > before && this.#isOther(name)) continue;
      remote.stop();
      this.#remotes.delete(name);
    }
  }
}
