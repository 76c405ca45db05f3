/**
 * What this datacenter follows of others, as this agent is configured, while it is the one to do it.
 *
 * One agent of a datacenter follows: the one that runs the control plane, else the first of its servers that are alive. Two at a
 * time, while gossip has yet to agree, do no harm: what is applied is applied at its place or not at all.
 */
import type { ServerRPC } from '../../../http-api/server-rpc.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import type { AgentTokens } from '../acl/agent-tokens.ts';
import type { Logger } from '../../lib/log.ts';
import { PROOF_TAG } from '../cluster/member-tags.ts';
import type { ReplicatedACLFamily } from '../../../protocol/types/replication.ts';
import { ACLStream } from '../../replication/acl-stream.ts';
import { AuthorityFollower } from '../../replication/authority-follower.ts';
import { BoundRPC } from '../../replication/bound-rpc.ts';
import { ConfigStream } from '../../replication/config-stream.ts';
import { KVStream } from '../../replication/kv-stream.ts';
import { Replicator } from '../../replication/replicator.ts';
import type { ReplicatedStream } from '../../replication/stream.ts';
import { pause } from '../../../http-api/pause.ts';

export interface ReplicationOptions {
  readonly config: AgentConfig;
  /** Reaches the own datacenter as '' and the others by name. */
  readonly rpc: ServerRPC;
  readonly cluster: () => Cluster | null;
  readonly tokens: AgentTokens;
  readonly log: Logger;
}

const LEADERSHIP_INTERVAL_MS = 2_000;

export class Replication {
  readonly #options: ReplicationOptions;
  readonly #streams: readonly ReplicatedStream[];
  #replicators: { stop(): void }[] = [];
  #timer: NodeJS.Timeout | null = null;
  #incarnation = '';

  constructor(options: ReplicationOptions) {
    this.#options = options;
    this.#streams = streamsOf(options.config);
  }

  /** After every connect. A restored datacenter lacks what was followed since the snapshot. */
  linkConnected(incarnation: string): void {
    if (this.#streams.length === 0) return;
    if (this.#incarnation !== incarnation) this.#stopReplicators();
    this.#incarnation = incarnation;
    this.#timer ??= setInterval(() => this.#decide(), LEADERSHIP_INTERVAL_MS);
    this.#decide();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#stopReplicators();
  }

  #decide(): void {
    if (!this.#leads()) this.#stopReplicators();
    else if (this.#replicators.length === 0) {
      this.#replicators = [...this.#streams.map(this.#follow), ...this.#followAuthority()];
    }
  }

  readonly #follow = (stream: ReplicatedStream): Replicator =>
    new Replicator({
      stream,
      source: this.#bound(stream.datacenter),
      follower: this.#bound(''),
      log: this.#options.log.named('replication'),
      pause,
      random: Math.random,
    });

  #followAuthority(): AuthorityFollower[] {
    const { config, log } = this.#options;
    const { datacenter, primaryDatacenter, connect } = config;
    if (primaryDatacenter === datacenter || !connect.enabled) return [];
    const follower = new AuthorityFollower({
      primary: this.#bound(primaryDatacenter),
      secondary: this.#bound(''),
      log: log.named('connect-ca'),
      pause,
      now: () => Date.now(),
      random: Math.random,
    });
    return [follower];
  }

  #bound(datacenter: string): BoundRPC {
    const { config, rpc, tokens } = this.#options;
    const token = (): string =>
      tokens.replication() || tokens.agent() || config.acl.tokens.initialManagement;
    return new BoundRPC(rpc, datacenter, token);
  }

  #leads(): boolean {
    const { config, cluster } = this.#options;
    if (config.controlPlane === 'embedded') return true;
    const servers = (cluster()?.members('lan') ?? []).filter(
      ({ status, tags }) => status === 'alive' && tags['role'] === 'consul',
    );
    if (servers.some(({ tags }) => tags[PROOF_TAG] === '1')) return false;
    return servers[0]?.name === config.nodeName;
  }

  #stopReplicators(): void {
    for (const replicator of this.#replicators.splice(0)) replicator.stop();
  }
}

/** Rights before those who have them: a token that is here already gets more by each policy that follows. */
function primaryStreams({ primaryDatacenter, acl }: AgentConfig): ReplicatedStream[] {
  const families: ReplicatedACLFamily[] = acl.enabled
    ? ['acl-policy', 'acl-role', ...(acl.enableTokenReplication ? (['acl-token'] as const) : [])]
    : [];
  return [
    new ConfigStream(primaryDatacenter),
    ...families.map((family) => new ACLStream(family, primaryDatacenter)),
  ];
}

/** What a client's configuration says of other datacenters means nothing, as in Consul. */
function streamsOf(config: AgentConfig): ReplicatedStream[] {
  const { server, datacenter, primaryDatacenter, kvMirrors } = config;
  if (!server) return [];
  const ofPrimary = primaryDatacenter === datacenter ? [] : primaryStreams(config);
  return [...ofPrimary, ...kvMirrors.map((mirror) => new KVStream(mirror))];
}
