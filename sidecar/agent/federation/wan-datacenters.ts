/** Other datacenters as the WAN pool knows them: names by distance, where their servers stand, the way to their control planes. */
import { distanceSeconds } from '../../../protocol/coordinate.ts';
import { RPCError } from '../../../protocol/errors.ts';
import type { DatacenterMap } from '../../../protocol/types/coordinate.ts';
import type { KnownServer } from '../../../protocol/types/datacenters.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { discoverControlPlane } from '../control-plane/control-plane-discovery.ts';
import { datacenterMaps } from './datacenter-maps.ts';
import { deriveLinkSecret } from '../../lib/link-proof.ts';
import type { Member } from '../../gossip/serf/member.ts';
import { knownServer } from '../cluster/known-server.ts';
import type { Dial } from '../../server-link/link-transport.ts';

/** In the place of a distance that nobody has measured. */
const UNKNOWN_SECONDS = Infinity;

export class WANDatacenters {
  readonly #cluster: () => Cluster | null;
  readonly #edgeToken: () => string;

  /** @param edgeToken opens the Workers that members tell of */
  constructor(cluster: () => Cluster | null, edgeToken: () => string) {
    this.#cluster = cluster;
    this.#edgeToken = edgeToken;
  }

  has(datacenter: string): boolean {
    return this.#names().includes(datacenter);
  }

  /** The nearest first, then by name (Consul sorts by the median distance to a datacenter's servers). */
  names(): string[] {
    const others = this.#names();
    const distances = new Map(others.map((name) => [name, this.#medianDistance(name)]));
    return others.toSorted((a, b) => {
      const [near = UNKNOWN_SECONDS, far = UNKNOWN_SECONDS] = [distances.get(a), distances.get(b)];
      return near === far ? (a < b ? -1 : 1) : near - far;
    });
  }

  /** Undefined on an agent that is no server, and so in no pool with those of other datacenters. */
  maps(): DatacenterMap[] | undefined {
    const pool = this.#cluster()?.pool('wan');
    return pool === undefined ? undefined : datacenterMaps(pool);
  }

  /** Undefined while no member there tells of a control plane. */
  server(datacenter: string): KnownServer | undefined {
    return knownServer(this.#membersOf(datacenter), datacenter);
  }

  /** @throws Error that says what is missing */
  async dial(datacenter: string): Promise<Dial> {
    const cluster = this.#cluster();
    if (cluster === null) throw new RPCError('unavailable', 'the agent is stopping');
    return discoverControlPlane({
      datacenter,
      pool: 'wan',
      members: this.#membersOf(datacenter),
      ownAddress: cluster.ownAddress,
      edgeToken: this.#edgeToken(),
      linkSecrets: () => cluster.keys('wan').map((key) => deriveLinkSecret(key, datacenter)),
    });
  }

  #membersOf(datacenter: string): Member[] {
    const members = this.#cluster()?.members('wan') ?? [];
    return members.filter(({ tags }) => tags['dc'] === datacenter);
  }

  #names(): string[] {
    return (this.#cluster()?.datacenters() ?? []).slice(1);
  }

  #medianDistance(datacenter: string): number {
    const pool = this.#cluster()?.pool('wan');
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
}
