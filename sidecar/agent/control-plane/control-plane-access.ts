/** How this agent reaches its datacenter's control plane: it runs it, it was told where it is, or it learns that by gossip. */
import type { AgentConfig } from '../../config/agent-config.ts';
import { intentionDefault } from '../../config/intention-default.ts';
import { ControlPlane } from '../../embedded/control-plane.ts';
import { Door, type OtherDatacenters } from '../../embedded/door.ts';
import type { ControlPlaneACLs, ControlPlaneSettings } from '../../embedded/workerd-config.ts';
import { workerFile, workerdBinary } from '../../lib/installation.ts';
import type { Logger } from '../../lib/log.ts';
import type { Dial } from '../../server-link/link-transport.ts';

export interface AccessOptions {
  readonly config: AgentConfig;
  /** Read at each use: a reload may change it. */
  readonly edgeToken: () => string;
  readonly dataDir: string;
  readonly log: Logger;
  /** Derived from the gossip keys, the primary's first. */
  readonly linkSecrets: () => readonly Uint8Array[];
  readonly wanSecrets: () => readonly Uint8Array[];
  /** For an agent that only joins. @throws Error that says what is missing */
  readonly discover: () => Promise<Dial>;
  /** Where links that name another datacenter lead on to. */
  readonly others: OtherDatacenters;
}

/** workerd itself is reached through the door, or from this process. */
const INNER_HOST = '127.0.0.1';

export class ControlPlaneAccess {
  readonly #options: AccessOptions;
  #embedded: { readonly plane: ControlPlane; readonly door: Door | null } | null = null;
  #url = '';

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** Starts the control plane if this agent is to run it. @throws Error that says what is taken, and what to do */
  async start(): Promise<void> {
    const { config, dataDir, log } = this.#options;
    if (config.controlPlane !== 'embedded') return;
    const door = await this.#openDoor();
    try {
      const plane = await ControlPlane.start({
        datacenter: config.datacenter,
        dataDir,
        host: INNER_HOST,
        port: 0,
        settings: settingsOf(config),
        workerdBinary: workerdBinary(),
        workerFile: workerFile(),
        log: log.named('control-plane'),
      });
      this.#embedded = { plane, door };
    } catch (error) {
      await door?.stop();
      throw error;
    }
  }

  async dial(): Promise<Dial> {
    const { config, discover } = this.#options;
    const dial = await (config.controlPlane === 'joined' ? discover() : this.#ownDial());
    this.#url = dial.url;
    return dial;
  }

  /** Where it was found last; '' before that. */
  get url(): string {
    return this.#url;
  }

  get restarts(): number {
    return this.#embedded?.plane.restarts ?? 0;
  }

  async stop(): Promise<void> {
    const embedded = this.#embedded;
    this.#embedded = null;
    await embedded?.door?.stop();
    await embedded?.plane.stop();
  }

  async #ownDial(): Promise<Dial> {
    const { config, edgeToken } = this.#options;
    if (this.#embedded === null) {
      const { edgeURL: url, datacenter } = config;
      // A Worker has several datacenters: the configuration says which one this agent is of.
      return { url, authorization: `Bearer ${edgeToken()}`, datacenter };
    }
    const { url, secret, localSocket } = this.#embedded.plane;
    return { url, authorization: `Bearer ${secret}`, localSocket };
  }

  /** It takes its port before the control plane is there; whoever comes in between is cut off and comes again. */
  async #openDoor(): Promise<Door | null> {
    const { config, log, linkSecrets, wanSecrets, others } = this.#options;
    const { server } = config.listeners;
    if (server.kind !== 'tcp' || server.port < 0) return null;
    const door = new Door({
      datacenter: config.datacenter,
      others,
      target: () => ({
        host: INNER_HOST,
        port: this.#embedded?.plane.port ?? 0,
        localSocket: this.#embedded?.plane.localSocket,
      }),
      secret: () => this.#embedded?.plane.secret ?? '',
      linkSecrets,
      wanSecrets,
      log: log.named('door'),
    });
    await door.listen(server.host, server.port);
    return door;
  }
}

function settingsOf(config: AgentConfig): ControlPlaneSettings {
  return {
    sessionTTLMinMs: config.sessionTTLMinMs,
    intentionDefault: intentionDefault(config),
    ...config.liveness,
    historyMaxAgeMs: config.history.maxAgeMs,
    historyMaxBytes: config.history.maxBytes,
    kvMaxValueBytes: config.limits.kvMaxValueBytes,
    txnMaxBytes: config.limits.txnMaxBytes,
    primaryDatacenter: config.primaryDatacenter,
    acl: config.acl.enabled ? aclsOf(config) : undefined,
    connect: config.connect,
  };
}

function aclsOf({ acl }: AgentConfig): ControlPlaneACLs {
  return {
    defaultPolicy: acl.defaultPolicy,
    initialManagement: acl.tokens.initialManagement,
    tokenReplication: acl.enableTokenReplication,
    keyListPolicy: acl.enableKeyListPolicy,
    replicationToken: acl.tokens.replication,
  };
}
