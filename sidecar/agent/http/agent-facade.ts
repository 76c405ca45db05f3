/** The agent as /v1/agent/ shows it: self, members, what it can be told to do. */
import { CONSUL_COMPATIBILITY } from '../../../protocol/compatibility.ts';
import { invalid } from '../../../protocol/errors.ts';
import type { AgentMember } from '../../../protocol/types/agent.ts';
import type { IntentionAction } from '../../../protocol/types/intention.ts';
import type {
  Agent as AgentView,
  AgentTokenKind,
  KeyChange,
  Metrics,
  PoolKeys,
  SelfInfo,
  VersionInfo,
} from '../../agent-api/agent.ts';
import { ClusterKeys } from '../cluster/cluster-keys.ts';
import { ORIGIN } from '../../../protocol/coordinate.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import { intentionDefault } from '../../config/intention-default.ts';
import { MEMBER_STATUSES, type Member } from '../../gossip/serf/member.ts';
import { memberTags } from '../cluster/member-tags.ts';
import type { LogHub } from '../../lib/log.ts';
import { debugConfigOf } from './debug-config.ts';
import { type OwnNode, ownNodeMeta } from '../host/node-registration.ts';

export interface AgentFacadeOptions {
  readonly config: () => AgentConfig;
  readonly own: OwnNode;
  readonly cluster: Cluster;
  readonly logs: LogHub;
  readonly metrics: Metrics;
  readonly reload: () => Promise<void>;
  readonly setToken: (kind: AgentTokenKind, secret: string) => Promise<void>;
  readonly leave: () => Promise<void>;
  /** Removes a node that is no member any more from the catalog. @returns false when the catalog has no such node */
  readonly removeNode: (node: string) => Promise<boolean>;
  /** Groups of numbers for `info` and /v1/agent/self. */
  readonly stats: () => Record<string, Record<string, string>>;
}

const ALIVE = MEMBER_STATUSES.indexOf('alive');

export class AgentFacade implements AgentView {
  readonly #options: AgentFacadeOptions;
  readonly #keys: ClusterKeys;
  readonly logs: LogHub;
  readonly metrics: Metrics;
  readonly setToken: AgentView['setToken'];

  constructor(options: AgentFacadeOptions) {
    this.#options = options;
    this.#keys = new ClusterKeys(options.cluster, options.own.datacenter);
    this.setToken = options.config().acl.enabled ? options.setToken : null;
    this.logs = options.logs;
    this.metrics = options.metrics;
  }

  get datacenter(): string {
    return this.#options.own.datacenter;
  }

  get intentionDefault(): IntentionAction {
    return intentionDefault(this.#options.config());
  }

  self(): SelfInfo {
    const { own, stats, cluster } = this.#options;
    const config = this.#options.config();
    return {
      Config: {
        Datacenter: own.datacenter,
        PrimaryDatacenter: config.primaryDatacenter,
        NodeName: own.name,
        NodeID: own.id,
        Revision: '',
        Server: own.isServer,
        Version: CONSUL_COMPATIBILITY,
        BuildDate: BUILD_DATE,
      },
      DebugConfig: debugConfigOf(config, own),
      Coord: cluster.pool('lan')?.coordinate() ?? ORIGIN,
      Member: this.#ownMember(),
      Stats: stats(),
      Meta: ownNodeMeta({ meta: config.nodeMeta }),
    };
  }

  version(): VersionInfo {
    return { SHA: '', BuildDate: BUILD_DATE, HumanVersion: CONSUL_COMPATIBILITY, FIPS: '' };
  }

  members(pool: 'lan' | 'wan'): readonly AgentMember[] | null {
    const { cluster } = this.#options;
    if (pool === 'wan' && cluster.pool('wan') === undefined) return null;
    return cluster.members(pool).map(memberOf);
  }

  join(address: string, pool: 'lan' | 'wan'): Promise<void> {
    return this.#options.cluster.join(address, pool);
  }

  leave(): Promise<void> {
    return this.#options.leave();
  }

  async forceLeave(node: string, prune: boolean, pool: 'lan' | 'wan'): Promise<void> {
    const { cluster, removeNode } = this.#options;
    const before = cluster.members(pool).find(({ name }) => name === node);
    const isMember = await cluster.forceLeave(node, prune, pool);
    // A member that lives refutes it, and stays in the catalog too.
    if (before?.status === 'alive') return;
    // One that gossip has forgotten may still stand in the catalog.
    if (!(await removeNode(node)) && !isMember) {
      throw invalid(`agent: No node found with name '${node}'`);
    }
  }

  listKeys(relayFactor: number, localOnly: boolean): Promise<PoolKeys[]> {
    return this.#keys.list(relayFactor, localOnly);
  }

  changeKey(verb: KeyChange, key: string, relayFactor: number): Promise<PoolKeys[]> {
    return this.#keys.change(verb, key, relayFactor);
  }

  reload(): Promise<void> {
    return this.#options.reload();
  }

  #ownMember(): AgentMember {
    const { cluster, own } = this.#options;
    const member = cluster.members('lan').find(({ name }) => name === own.name);
    return member === undefined ? lonelyMember(this.#options.config(), own) : memberOf(member);
  }
}

function memberOf({ name, address, port, tags, status, versions }: Member): AgentMember {
  return {
    Name: name,
    Addr: address,
    Port: port,
    Tags: { ...tags },
    Status: MEMBER_STATUSES.indexOf(status),
    ProtocolMin: versions.protocolMin,
    ProtocolMax: versions.protocolMax,
    ProtocolCur: versions.protocolCurrent,
    DelegateMin: versions.delegateMin,
    DelegateMax: versions.delegateMax,
    DelegateCur: versions.delegateCurrent,
  };
}

/** An agent whose gossip is disabled is a member to itself alone. */
function lonelyMember(config: AgentConfig, own: OwnNode): AgentMember {
  return {
    Name: own.name,
    Addr: own.address,
    Port: config.ports.serfLAN,
    Tags: { ...memberTags(config, own, own.address) },
    Status: ALIVE,
    ProtocolMin: 1,
    ProtocolMax: 5,
    ProtocolCur: 2,
    DelegateMin: 2,
    DelegateMax: 5,
    DelegateCur: 4,
  };
}

/** A build has no date of its own: equal sources give equal programs. */
const BUILD_DATE = '1970-01-01T00:00:01Z';
