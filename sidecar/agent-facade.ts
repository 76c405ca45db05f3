/** The agent as /v1/agent/ shows it: self, members, what it can be told to do. */
import os from 'node:os';
import { CONSUL_COMPATIBILITY } from '../protocol/compatibility.ts';
import { invalid } from '../protocol/errors.ts';
import type { AgentMember } from '../protocol/types/agent.ts';
import type { Agent as AgentView, Metrics, SelfInfo, VersionInfo } from './agent-api/agent.ts';
import type { AgentConfig } from './config/agent-config.ts';
import type { LogHub } from './lib/log.ts';
import { VERSION } from './lib/version.ts';
import { type OwnNode, ownNodeMeta } from './node-registration.ts';

export interface AgentFacadeOptions {
  readonly config: () => AgentConfig;
  readonly own: OwnNode;
  readonly logs: LogHub;
  readonly metrics: Metrics;
  readonly reload: () => Promise<void>;
  readonly leave: () => Promise<void>;
  /** Removes a node that is no member any more from the catalog. @returns false when the catalog has no such node */
  readonly removeNode: (node: string) => Promise<boolean>;
  /** Groups of numbers for `info` and /v1/agent/self. */
  readonly stats: () => Record<string, Record<string, string>>;
}

/** Serf's status numbers. */
const ALIVE = 1;

export class AgentFacade implements AgentView {
  readonly #options: AgentFacadeOptions;
  readonly logs: LogHub;
  readonly metrics: Metrics;
  /** ACLs are not built yet, and so are disabled. */
  readonly setToken = null;

  constructor(options: AgentFacadeOptions) {
    this.#options = options;
    this.logs = options.logs;
    this.metrics = options.metrics;
  }

  get datacenter(): string {
    return this.#options.own.datacenter;
  }

  self(): SelfInfo {
    const { own, stats } = this.#options;
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
      Coord: { Vec: [0, 0, 0, 0, 0, 0, 0, 0], Error: 1.5, Adjustment: 0, Height: 1e-5 },
      Member: this.#ownMember('lan'),
      Stats: stats(),
      Meta: ownNodeMeta(own),
    };
  }

  version(): VersionInfo {
    return { SHA: '', BuildDate: BUILD_DATE, HumanVersion: CONSUL_COMPATIBILITY, FIPS: '' };
  }

  /** Gossip is not built yet: this agent is the only member that it knows of. */
  members(pool: 'lan' | 'wan'): readonly AgentMember[] {
    return pool === 'wan' && !this.#options.own.isServer ? [] : [this.#ownMember(pool)];
  }

  /** @throws Error always, until gossip is built */
  join(): Promise<void> {
    const text =
      'joining other agents needs gossip, which is not built in this version of Lictor: ';
    return Promise.reject(
      new Error(`${text}agents of one datacenter share its control plane (edge_url)`),
    );
  }

  leave(): Promise<void> {
    return this.#options.leave();
  }

  async forceLeave(node: string): Promise<void> {
    if (!(await this.#options.removeNode(node))) {
      throw invalid(`agent: No node found with name '${node}'`);
    }
  }

  reload(): Promise<void> {
    return this.#options.reload();
  }

  #ownMember(pool: 'lan' | 'wan'): AgentMember {
    const { own } = this.#options;
    const config = this.#options.config();
    const isWAN = pool === 'wan';
    return {
      Name: isWAN ? `${own.name}.${own.datacenter}` : own.name,
      Addr: isWAN ? config.advertiseAddressWAN : own.address,
      Port: isWAN ? config.ports.serfWAN : config.ports.serfLAN,
      Tags: memberTags(config, own),
      Status: ALIVE,
      ProtocolMin: 1,
      ProtocolMax: 5,
      ProtocolCur: 2,
      DelegateMin: 2,
      DelegateMax: 5,
      DelegateCur: 4,
    };
  }
}

/** A build has no date of its own: equal sources give equal programs. */
const BUILD_DATE = '1970-01-01T00:00:01Z';

function memberTags(config: AgentConfig, own: OwnNode): Record<string, string> {
  const tags: Record<string, string> = {
    acls: config.acl.enabled ? '1' : '0',
    build: `${CONSUL_COMPATIBILITY}:`,
    dc: own.datacenter,
    id: own.id,
    role: own.isServer ? 'consul' : 'node',
    segment: '',
    vsn: '2',
    vsn_max: '3',
    vsn_min: '2',
    lictor: VERSION,
  };
  if (!own.isServer) return tags;
  return {
    ...tags,
    bootstrap: '1',
    ft_fs: '1',
    ft_si: '1',
    grpc_port: String(own.grpcPort),
    port: String(own.serverPort),
    raft_vsn: '3',
    wan_join_port: String(config.ports.serfWAN),
  };
}

/** What of Consul's DebugConfig scripts are known to read; secrets are not among it. */
function debugConfigOf(config: AgentConfig, own: OwnNode): Record<string, unknown> {
  return {
    ACLsEnabled: config.acl.enabled,
    AdvertiseAddrLAN: own.address,
    AdvertiseAddrWAN: config.advertiseAddressWAN,
    BindAddr: config.bindAddress,
    Bootstrap: config.bootstrap,
    ClientAddrs: config.clientAddresses,
    DNSDomain: config.dns.domain,
    DNSPort: config.ports.dns,
    DataDir: config.dataDir,
    Datacenter: own.datacenter,
    DevMode: config.devMode,
    EnableDebug: config.log.enableDebug,
    EnableLocalScriptChecks: config.enableLocalScriptChecks,
    EnableRemoteScriptChecks: config.enableRemoteScriptChecks,
    GRPCPort: config.ports.grpc,
    HTTPPort: config.ports.http,
    HTTPSPort: config.ports.https,
    LeaveOnTerm: config.leaveOnTerminate,
    Logging: { LogLevel: config.log.level.toUpperCase(), LogJSON: config.log.json },
    NodeID: own.id,
    NodeMeta: config.nodeMeta,
    NodeName: own.name,
    PrimaryDatacenter: config.primaryDatacenter,
    SerfPortLAN: config.ports.serfLAN,
    SerfPortWAN: config.ports.serfWAN,
    ServerMode: own.isServer,
    ServerPort: own.serverPort,
    SkipLeaveOnInt: config.skipLeaveOnInterrupt,
    TaggedAddresses: config.taggedAddresses,
    UIConfig: { Enabled: config.ui.enabled },
    Version: CONSUL_COMPATIBILITY,
    VersionMetadata: '',
    VersionPrerelease: '',
    OS: os.platform(),
  };
}
