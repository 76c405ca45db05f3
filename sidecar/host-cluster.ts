/** What gossip and the datacenter have to tell each other: members' fates. */
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

export class HostCluster {
  readonly #reporter: MemberReporter;

  constructor({ own, link, cluster, token, log }: HostClusterOptions) {
    this.#reporter = new MemberReporter({
      nodeName: own.name,
      members: () => cluster()?.members('lan') ?? [],
      report: async (node, status) => {
        await link.rpc.call('node.report', { node, status }, callOptions(token()));
      },
      log: log.named('members'),
    });
  }

  readonly handle = (pool: PoolName, event: SerfEvent): void => {
    if (pool === 'lan') this.#reporter.handle(event);
  };

  stop(): void {
    this.#reporter.stop();
  }
}

const callOptions = (token: string) =>
  ({ token, datacenter: '', consistency: 'default', cached: false }) as const;
