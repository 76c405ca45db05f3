/** What gossip and the datacenter have to tell each other: members' fates, and what other datacenters ask about keys. */
import type { Cluster, PoolName } from './cluster.ts';
import { ClusterKeys } from './cluster-keys.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import type { SerfEvent } from '../../gossip/serf/events.ts';
import type { Member } from '../../gossip/serf/member.ts';
import type { Logger } from '../../lib/log.ts';
import { LifeWitness } from './life-witness.ts';
import { MemberReporter } from './member-reporter.ts';
import type { OwnNode } from '../host/node-registration.ts';
import type { ServerLink } from '../../server-link/server-link.ts';
import { NODE_TOKEN } from '../../../protocol/reserved-tokens.ts';
import { directCall } from '../../../http-api/server-rpc.ts';

export interface HostClusterOptions {
  readonly own: OwnNode;
  readonly link: ServerLink;
  readonly cluster: () => Cluster | null;
  readonly controlPlane: AgentConfig['controlPlane'];
  readonly log: Logger;
}

export class HostCluster {
  readonly #reporter: MemberReporter;
  readonly witness: LifeWitness;
  readonly #link: ServerLink;
  readonly #isJoined: boolean;
  readonly #cluster: () => Cluster | null;
  readonly #datacenter: string;
  readonly #log: Logger;
  #isFollowing = false;

  constructor({ own, link, cluster, controlPlane, log }: HostClusterOptions) {
    this.#link = link;
    this.#cluster = cluster;
    this.#datacenter = own.datacenter;
    this.#log = log.named('keyring');
    this.#isJoined = controlPlane === 'joined';
    const members = (): Member[] => cluster()?.members('lan') ?? [];
    this.#reporter = new MemberReporter({
      nodeName: own.name,
      members,
      report: async (node, status) => {
        await link.rpc.call('node.report', { node, status }, directCall(NODE_TOKEN));
      },
      hostsDatacenter: controlPlane === 'embedded',
      log: log.named('members'),
    });
    this.witness = new LifeWitness({
      nodeName: own.name,
      rpc: link.rpc,
      token: () => NODE_TOKEN,
      members,
      ping: async (member) => cluster()?.pool('lan')?.memberlist.ping(member),
      log: log.named('liveness'),
    });
  }

  readonly handle = (pool: PoolName, event: SerfEvent): void => {
    if (pool !== 'lan') {
      this.#answerKeyQuery(event);
      return;
    }
    this.#reporter.handle(event);
    // Whoever comes in may be the one that tells where the control plane is.
    if (this.#isJoined && event.kind === 'member-join') this.#link.hurry();
  };

  linkConnected(): void {
    this.#reporter.linkConnected();
    if (!this.#isFollowing) this.witness.start();
    this.#isFollowing = true;
  }

  #answerKeyQuery(event: SerfEvent): void {
    const cluster = this.#cluster();
    if (cluster === null) return;
    const keys = new ClusterKeys(cluster, this.#datacenter);
    void keys.answer(event, this.#log);
  }

  stop(): void {
    this.#reporter.stop();
    this.witness.stop();
  }
}
