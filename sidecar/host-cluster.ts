/** What gossip and the datacenter have to tell each other: members' fates one way, this host's coordinate too. */
import type { Cluster, PoolName } from './cluster.ts';
import type { SerfEvent } from './gossip/serf/events.ts';
import type { Logger } from './lib/log.ts';
import { MemberReporter } from './member-reporter.ts';
import type { OwnNode } from './node-registration.ts';
import type { ServerLink } from './server-link/server-link.ts';

export interface HostClusterOptions {
  readonly own: OwnNode;
  readonly link: ServerLink;
  readonly cluster: () => Cluster | null;
  /** The agent's own token. */
  readonly token: () => string;
  readonly log: Logger;
}

/** Consul's sync_coordinate_interval_min. */
const COORDINATE_INTERVAL_MS = 15_000;

export class HostCluster {
  readonly #options: HostClusterOptions;
  readonly #reporter: MemberReporter;
  readonly #timer: NodeJS.Timeout;

  constructor(options: HostClusterOptions) {
    const { own, link, cluster, token, log } = options;
    this.#options = options;
    this.#reporter = new MemberReporter({
      nodeName: own.name,
      members: () => cluster()?.members('lan') ?? [],
      report: async (node, status) => {
        await link.rpc.call('node.report', { node, status }, callOptions(token()));
      },
      log: log.named('members'),
    });
    this.#timer = setInterval(() => void this.#sendCoordinate(), COORDINATE_INTERVAL_MS);
    this.#timer.unref();
  }

  readonly handle = (pool: PoolName, event: SerfEvent): void => {
    if (pool === 'lan') this.#reporter.handle(event);
  };

  stop(): void {
    clearInterval(this.#timer);
    this.#reporter.stop();
  }

  /** The datacenter writes nothing when it has not moved. */
  async #sendCoordinate(): Promise<void> {
    const { cluster, own, link, token, log } = this.#options;
    const coordinate = cluster()?.pool('lan')?.coordinate();
    if (coordinate === undefined || !link.isConnected) return;
    const Coord = { ...coordinate, Vec: [...coordinate.Vec] };
    try {
      await link.rpc.call(
        'coordinate.update',
        { Node: own.name, Segment: '', Coord },
        callOptions(token()),
      );
    } catch (failure) {
      log.debug(`the coordinate was not taken: ${(failure as Error).message}`);
    }
  }
}

const callOptions = (token: string) =>
  ({ token, datacenter: '', consistency: 'default', cached: false }) as const;
