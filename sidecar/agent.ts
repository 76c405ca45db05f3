/**
 * The agent: it makes the parts, connects them, and stops them in the reverse order.
 *
 * Folders below know nothing of one another; everything that one needs of another passes through here.
 */
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ORIGIN } from '../protocol/coordinate.ts';
import { createAgentAPI } from './agent/http/create-api.ts';
import { createAgentRights } from './agent/acl/agent-rights.ts';
import { AgentTokens } from './agent/acl/agent-tokens.ts';
import { ownNodeID } from './agent/host/agent-identity.ts';
import { bootstrapOwnEntries } from './agent/host/bootstrap-entries.ts';
import { Cluster } from './agent/cluster/cluster.ts';
import type { ControlPlaneAccess } from './agent/control-plane/control-plane-access.ts';
import { createControlPlaneAccess } from './agent/control-plane/create-control-plane-access.ts';
import {
  readDatacenterUUID,
  storeDatacenterUUID,
} from './agent/control-plane/datacenter-identity.ts';
import { AgentWatches } from './agent/host/agent-watches.ts';
import { HostServices } from './agent/host/host-services.ts';
import type { AgentConfig } from './config/agent-config.ts';
import { DNSServer } from './dns/server.ts';
import { dnsOptionsOf } from './agent/dns/dns-options.ts';
import { diffReloadable } from './config/diff-reloadable.ts';
import { edgeRoutes } from './agent/control-plane/edge-routes.ts';
import { HTTPInterfaces } from './agent/http/http-interfaces.ts';
import { firstLink } from './agent/control-plane/first-link.ts';
import { Federation } from './agent/federation/federation.ts';
import { HostCluster } from './agent/cluster/host-cluster.ts';
import type { LogHub, Logger } from './lib/log.ts';
import { type OwnNode, ownNodeOf, ownRegistration } from './agent/host/node-registration.ts';
import { createDNSSource } from './agent/dns/create-dns-source.ts';
import { Replication } from './agent/federation/replication.ts';
import { openReplicaStore } from './agent/dns/open-replica-store.ts';
import type { ReplicaDNSSource } from './agent/dns/replica-dns-source.ts';
import { ServerLink } from './server-link/server-link.ts';

export interface AgentOptions {
  readonly config: AgentConfig;
  readonly logs: LogHub;
  readonly log: Logger;
  /** Loads the configuration again, from where it was loaded at first. @throws ConfigError */
  readonly reloadConfig: () => AgentConfig;
  /** Called when the agent was told to leave: the process is to end. */
  readonly left: () => void;
}

export class Agent {
  readonly #options: AgentOptions;
  readonly #log: Logger;
  readonly #watches: AgentWatches;
  readonly dataDir: string;
  readonly #isTemporary: boolean;
  #config: AgentConfig;
  #access: ControlPlaneAccess | null = null;
  #cluster: Cluster | null = null;
  #hostCluster: HostCluster | null = null;
  #federation: Federation | null = null;
  #replication: Replication | null = null;
  #link: ServerLink | null = null;
  #host: HostServices | null = null;
  #dns: DNSServer | null = null;
  #http: HTTPInterfaces | null = null;
  #tokens: AgentTokens | null = null;
  #isStopped = false;
  /** Rejects with the datacenter's first refusal: a start does not wait for what takes a person to mend. */
  readonly #refused = Promise.withResolvers<never>();
  /** Settles with the reload that was asked for last. */
  #reloading: Promise<void> = Promise.resolve();

  constructor(options: AgentOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#log = options.log;
    this.#refused.promise.catch(() => {});
    this.#watches = new AgentWatches(options.config.listeners, this.#log);
    this.#isTemporary = options.config.dataDir === '';
    this.dataDir = this.#isTemporary
      ? fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-dev-'))
      : options.config.dataDir;
  }

  get config(): AgentConfig {
    return this.#config;
  }

  /** @throws Error that says what is taken or missing, and what to do; everything started is stopped again */
  async start(): Promise<void> {
    try {
      await this.#start();
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #start(): Promise<void> {
    const config = this.#config;
    const nodeID = await ownNodeID(config, this.dataDir);
    const own = ownNodeOf(config, nodeID);
    const tokens = (this.#tokens = new AgentTokens(config.acl, this.dataDir, this.#log));
    // Interfaces are taken before the control plane starts: a taken port costs no time.
    const http = (this.#http = new HTTPInterfaces(config));
    await http.reserve();
    const access = (this.#access = createControlPlaneAccess({
      config,
      edgeToken: () => this.#config.edgeToken,
      dataDir: this.dataDir,
      log: this.#log,
      cluster: () => this.#cluster,
      federation: () => this.#federation,
    }));
    // Every configured port is taken before workerd is given one by the system, which might be one of them.
    await this.#startCluster(own);
    await access.start();
    const link = (this.#link = this.#createLink(nodeID, access));
    const federation = this.#createFederation(own, link, access);
    const cluster = (): Cluster | null => this.#cluster;
    const log = this.#log;
    this.#replication = new Replication({ config, rpc: federation, cluster, tokens, log });
    this.#hostCluster = new HostCluster({
      own,
      link,
      cluster,
      controlPlane: config.controlPlane,
      log: this.#log,
    });
    const host = (this.#host = new HostServices({
      ...this.#options,
      config,
      dataDir: this.dataDir,
      own,
      link,
      tokens,
      rights: createAgentRights(config, tokens, link.rpc),
      access,
      cluster: this.#cluster!,
      brake: () => this.#hostCluster?.witness.brake ?? null,
      reload: () => this.reload(),
      // A host that has nobody to measure against is where every pool begins.
      coordinate: () => this.#cluster?.pool('lan')?.coordinate() ?? ORIGIN,
    }));
    const { source, local } = createDNSSource(config, tokens.dns, link, federation);
    this.#dns = new DNSServer(source, dnsOptionsOf(config), this.#log.named('dns'));
    host.metrics.watchDNS(this.#dns.metrics);
    await this.#dns.start(config.listeners.dns.filter((address) => address.kind === 'tcp'));
    await this.#connect(link, own, host, local);
    http.serve(
      createAgentAPI({
        config: () => this.#config,
        own,
        host,
        federation,
        routes: edgeRoutes(() => access.dial()),
        defaultToken: tokens.user,
        log: this.#log,
      }),
    );
    this.#watches.apply(config);
  }

  /** One at a time. @throws ConfigError, and then nothing changed */
  reload(): Promise<void> {
    const reloading = this.#reloading.then(() => this.#reload());
    this.#reloading = reloading.catch(() => {});
    return reloading;
  }

  async #reload(): Promise<void> {
    if (this.#isStopped) throw new Error('the agent is stopping');
    const next = this.#options.reloadConfig();
    this.#http?.reload(next);
    this.#tokens?.reload(next.acl);
    await this.#host?.reload(this.#config, next);
    // What has been stopped in the meantime must not begin anew.
    if (this.#isStopped) return;
    this.#dns?.reload(dnsOptionsOf(next));
    this.#watches.apply(next);
    for (const { key, reloadable } of diffReloadable(this.#config, next)) {
      if (!reloadable) this.#log.warn(`${key} changed, which takes effect at the next start only`);
    }
    this.#config = next;
  }

  /** Takes the node out of the cluster; the agent is to be stopped after it. @throws when the datacenter refuses it */
  async leave(): Promise<void> {
    await this.#host?.leave();
  }

  /** Safe to call at any point of a start, and twice. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#watches.stop();
    const http = this.#http;
    this.#http = null;
    await http?.stop();
    const dns = this.#dns;
    this.#dns = null;
    await dns?.stop();
    const host = this.#host;
    this.#host = null;
    await host?.stop();
    this.#replication?.stop();
    this.#replication = null;
    this.#link?.stop();
    this.#link = null;
    this.#federation?.stop();
    this.#federation = null;
    this.#hostCluster?.stop();
    this.#hostCluster = null;
    const cluster = this.#cluster;
    this.#cluster = null;
    await cluster?.stop();
    const access = this.#access;
    this.#access = null;
    await access?.stop();
    if (this.#isTemporary) fs.rmSync(this.dataDir, { recursive: true, force: true });
  }

  #createFederation(own: OwnNode, link: ServerLink, access: ControlPlaneAccess): Federation {
    const { controlPlane } = this.#config;
    return (this.#federation = new Federation({
      own,
      epoch: randomUUID(),
      local: link.rpc,
      localSnapshots: link.snapshots,
      cluster: () => this.#cluster,
      edgeToken: () => this.#config.edgeToken,
      dialOwn: controlPlane === 'embedded' ? null : () => access.dial(),
      log: this.#log,
      now: () => Date.now(),
    }));
  }

  async #startCluster(own: OwnNode): Promise<void> {
    this.#cluster = await Cluster.start({
      config: this.#config,
      dataDir: this.dataDir,
      own,
      log: this.#log,
      onEvent: (pool, event) => {
        this.#hostCluster?.handle(pool, event);
        this.#host?.handleGossip(pool, event);
      },
    });
  }

  #createLink(nodeID: string, access: ControlPlaneAccess): ServerLink {
    const config = this.#config;
    return new ServerLink(
      {
        dial: () => access.dial(),
        nodeId: nodeID,
        nodeName: config.nodeName,
        epoch: randomUUID(),
        datacenterUUID: readDatacenterUUID(this.dataDir),
        hosts: () => this.#cluster?.pool('lan')?.members().length ?? 1,
        log: this.#log.named('link'),
        datacenter: config.datacenter,
        now: () => Date.now(),
        store: this.#isTemporary ? null : openReplicaStore(config, this.dataDir, this.#log),
      },
      {
        connected: (hello) => {
          storeDatacenterUUID(this.dataDir, hello.datacenterUUID);
          this.#host?.linkConnected(hello);
          this.#federation?.linkConnected();
          this.#replication?.linkConnected(hello.incarnation);
          this.#hostCluster?.linkConnected();
        },
        disconnected: () => this.#host?.linkDisconnected(),
        refused: (reason) => {
          this.#log.error(`the datacenter refused this agent: ${reason}`);
          this.#refused.reject(new Error(reason));
        },
      },
    );
  }

  /** Registers the node and waits until it stands in the catalog, or until the datacenter has proved to be away. */
  async #connect(
    link: ServerLink,
    own: OwnNode,
    host: HostServices,
    source: ReplicaDNSSource,
  ): Promise<void> {
    const entries = () => bootstrapOwnEntries(link.rpc, this.#config, this.#log);
    const ready = host
      .start(() => ownRegistration({ ...own, meta: this.#config.nodeMeta }))
      .then(() => Promise.all([source.start(), entries()]));
    this.#cluster?.startJoining();
    link.start();
    await firstLink(Promise.race([ready, this.#refused.promise]), link.hasKeptReplica, this.#log);
  }
}
