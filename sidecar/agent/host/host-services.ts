/** What the agent does for its own host: registration, local services and checks, /v1/agent/. */
import { isDeepStrictEqual } from 'node:util';
import type { ObservedAnswer } from '../../../http-api/api.ts';
import type { Route } from '../../../http-api/route.ts';
import type { HelloReply } from '../../../protocol/frames.ts';
import type { MassFailureBrake } from '../../../protocol/types/liveness.ts';
import type { Coordinate } from '../../../protocol/types/coordinate.ts';
import type { RegisterRequest } from '../../../protocol/types/catalog.ts';
import { AgentFacade } from '../http/agent-facade.ts';
import { agentRoutes } from '../../agent-api/routes.ts';
import { HostCertificates } from './host-certificates.ts';
import { HostEvents } from './host-events.ts';
import type { CoordinateReporter } from '../cluster/coordinate-reporter.ts';
import { createCoordinateReporter } from '../cluster/create-coordinate-reporter.ts';
import { hostStats } from './host-stats.ts';
import { HostMetrics } from './host-metrics.ts';
import { createRemoteExec } from './host-exec.ts';
import { systemClock } from '../../checks/clock.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import type { Cluster, PoolName } from '../cluster/cluster.ts';
import type { SerfEvent } from '../../gossip/serf/events.ts';
import type { ControlPlaneAccess } from '../control-plane/control-plane-access.ts';
import { addressFilter } from '../../lib/cidr.ts';
import type { LogHub, Logger } from '../../lib/log.ts';
import { leaveCatalog } from './leave-catalog.ts';
import { LinkCatalog } from './link-catalog.ts';
import type { AntiEntropy } from '../../local/anti-entropy.ts';
import { createAntiEntropy } from './create-anti-entropy.ts';
import { CheckHistory } from '../../local/check-history.ts';
import type { CentralConfig } from '../../local/central-config.ts';
import { createCentralConfig } from './create-central-config.ts';
import { createChecks } from './create-checks.ts';
import { ConfigDefinitions } from '../../local/config-definitions.ts';
import { CriticalReaper } from '../../local/critical-reaper.ts';
import { LocalState } from '../../local/local-state.ts';
import { Maintenance } from '../../local/maintenance.ts';
import { Registrar } from '../../local/registrar.ts';
import { FileStateDirectory } from '../../local/state-directory.ts';
import type { OwnNode } from './node-registration.ts';
import { OwnRegistration } from './own-registration.ts';
import type { RemoteExec } from '../../remote-exec/remote-exec.ts';
import type { ServerLink } from '../../server-link/server-link.ts';
import { directCall } from '../../../http-api/server-rpc.ts';
import type { AgentTokenKind } from '../../agent-api/agent.ts';
import { NODE_TOKEN } from '../../../protocol/reserved-tokens.ts';
import type { AgentTokens } from '../acl/agent-tokens.ts';
import type { AgentRights } from '../../agent-api/rights.ts';

export interface HostServicesOptions {
  readonly config: AgentConfig;
  readonly dataDir: string;
  readonly own: OwnNode;
  readonly link: ServerLink;
  readonly logs: LogHub;
  readonly log: Logger;
  readonly access: ControlPlaneAccess;
  readonly cluster: Cluster;
  readonly brake: () => MassFailureBrake | null;
  readonly reload: () => Promise<void>;
  /** Where this node stands in the network by its own measurement. */
  readonly coordinate: () => Coordinate;
  readonly left: () => void;
  readonly tokens: AgentTokens;
  readonly rights: AgentRights;
}

export class HostServices {
  readonly routes: readonly Route[];
  readonly #options: HostServicesOptions;
  readonly #state = new LocalState(() => Date.now());
  readonly #catalog: LinkCatalog;
  readonly #central: CentralConfig | null;
  readonly #registrar: Registrar;
  readonly #definitions: ConfigDefinitions;
  readonly #antiEntropy: AntiEntropy;
  readonly #reaper: CriticalReaper;
  readonly #history: CheckHistory;
  readonly metrics: HostMetrics;
  readonly #httpLog: Logger;
  readonly #events: HostEvents;
  readonly #certificates: HostCertificates;
  readonly #remoteExec: RemoteExec | null = null;
  readonly #coordinates: CoordinateReporter | null;
  readonly #registered = Promise.withResolvers<void>();
  readonly #ownRegistration: OwnRegistration;
  #config: AgentConfig;
  #mayWrite: (address: string) => boolean;
  #registration: (() => RegisterRequest) | null = null;
  #unfollow = (): void => {};

  constructor(options: HostServicesOptions) {
    const { config, dataDir, own, link, log } = (this.#options = options);
    this.#config = config;
    this.#state.discardOutput = config.discardCheckOutput;
    this.#mayWrite = addressFilter(config.http.allowWriteFrom);
    this.#httpLog = log.named('http');
    this.#catalog = new LinkCatalog(link.rpc);
    this.#coordinates = createCoordinateReporter(options, this.#catalog, ownToken);
    const localLog = log.named('local');
    this.#central = createCentralConfig(options, this.#state, this.#catalog);
    this.#registrar = new Registrar({
      state: this.#state,
      kinds: createChecks(config, this.#state, this.#catalog, log),
      directory: new FileStateDirectory(dataDir, localLog),
      node: own.name,
      now,
      log: localLog,
      sidecarPorts: { min: config.ports.sidecarMin, max: config.ports.sidecarMax },
      ...(this.#central && { central: this.#central }),
    });
    this.#history = new CheckHistory(this.#state, now);
    this.#definitions = new ConfigDefinitions(this.#state, this.#registrar);
    this.#antiEntropy = createAntiEntropy(options, this.#state, this.#catalog, () => this.#config);
    this.#ownRegistration = new OwnRegistration({
      register: () => this.#catalog.register(this.#registration!(), ownToken()),
      registered: () => this.#nodeRegistered(),
      log,
    });
    this.#reaper = new CriticalReaper({
      state: this.#state,
      clock: systemClock,
      log: localLog,
      deregister: (id) => this.#registrar.deregisterService(id),
    });
    this.metrics = this.#createMetrics();
    const services = () => this.#state.services().map(({ service }) => service);
    this.#events = new HostEvents({
      link,
      cluster: options.cluster,
      token: ownToken,
      rights: options.rights,
      host: { node: own.name, services },
      log: log.named('events'),
    });
    if (!config.disableRemoteExec) {
      const exec = createRemoteExec(link.rpc, options.tokens.agent, own.name, log.named('exec'));
      this.#events.onRemoteExec((event) => exec.handle(event));
      this.#remoteExec = exec;
    }
    this.#certificates = new HostCertificates(link.rpc, config, options.tokens.user, log);
    this.routes = [
      this.#events.route,
      this.#certificates.route,
      ...agentRoutes({
        agent: this.#createFacade(),
        state: this.#state,
        history: this.#history,
        registrar: this.#registrar,
        rights: options.rights,
        maintenance: new Maintenance(this.#state, this.#registrar, own.name),
        settle: (timeoutMs) => this.#antiEntropy.settle(timeoutMs),
      }),
    ];
  }

  readonly mayWrite = (remoteAddress: string): boolean => this.#mayWrite(remoteAddress);

  readonly observeRequest = (answer: ObservedAnswer): void => {
    this.metrics.observeAnswer(answer);
    if (!this.#httpLog.isHeard('debug')) return;
    const { method, path, status } = answer;
    this.#httpLog.debug(`Request finished: method=${method} url=${path} status=${status}`);
  };

  /**
   * Loads the definitions and, once the link stands, brings everything to the catalog.
   *
   * @returns a promise of the first registration and comparison
   */
  async start(registration: () => RegisterRequest): Promise<void> {
    this.#registration = registration;
    const { services, checks } = this.#config;
    const token = this.#options.tokens.configFileRegistration();
    await this.#definitions.apply({ services, checks }, token);
    await this.#registrar.restore();
    this.#reaper.start();
    await this.#registered.promise;
    await this.#central?.linkConnected();
    this.#antiEntropy.start();
    this.#unfollow = this.#catalog.followChanges(this.#options.own.name, (index) =>
      this.#antiEntropy.catalogMoved(index),
    );
    await this.#antiEntropy.settle(FIRST_SYNC_TIMEOUT_MS);
  }

  /** The node first: nothing can be registered on one that does not stand in the catalog. */
  linkConnected({ features }: HelloReply): void {
    this.#catalog.linkConnected(features);
    this.#events.linkConnected();
    if (this.#registration !== null) this.#ownRegistration.begin();
  }

  readonly handleGossip = (pool: PoolName, event: SerfEvent): void => {
    this.#events.handle(pool, event);
  };

  linkDisconnected(): void {
    this.#central?.linkDisconnected();
    this.#options.log.warn(
      'the link to the datacenter is down; local changes are kept and sent when it is back',
    );
  }

  /** @throws RPCError that names the definition; then nothing has changed */
  async reload(previous: AgentConfig, next: AgentConfig): Promise<void> {
    const { services, checks } = next;
    const token = this.#options.tokens.configFileRegistration();
    await this.#definitions.apply({ services, checks }, token);
    this.#mayWrite = addressFilter(next.http.allowWriteFrom);
    this.#state.discardOutput = next.discardCheckOutput;
    this.#config = next;
    if (!isDeepStrictEqual(previous.nodeMeta, next.nodeMeta)) this.#antiEntropy.nodeChanged();
  }

  /** Takes this node out of the catalog and tells the other members: nobody is to look for it here. */
  async leave(): Promise<void> {
    this.#ownRegistration.stop();
    this.#unfollow();
    this.#antiEntropy.stop();
    await this.#options.cluster.leave();
    const { own, link } = this.#options;
    await leaveCatalog(link, () => this.#catalog.deregister({ Node: own.name }, ownToken()));
  }

  #nodeRegistered(): void {
    this.#registered.resolve();
    this.#coordinates?.registered();
    void this.#resync();
  }

  /** Proxies with what entries say of them first: the catalog need not learn of them twice. */
  async #resync(): Promise<void> {
    await this.#central?.linkConnected();
    await this.#antiEntropy.resync();
  }

  /** What was refused for want of a right may be allowed now. */
  async #setToken(kind: AgentTokenKind, secret: string): Promise<void> {
    const { tokens } = this.#options;
    tokens.set(kind, secret);
    if (kind === 'config_file_service_registration') {
      const { services, checks } = this.#config;
      await this.#definitions.apply({ services, checks }, tokens.configFileRegistration());
    }
    void this.#resync();
  }

  async stop(): Promise<void> {
    this.#events.stop();
    this.#certificates.stop();
    this.#ownRegistration.stop();
    await this.#remoteExec?.stop();
    this.#coordinates?.stop();
    this.#central?.stop();
    this.#reaper.stop();
    this.#history.stop();
    this.#unfollow();
    this.#antiEntropy.stop();
    await this.#registrar.stop();
    this.metrics.stop();
  }

  #createMetrics(): HostMetrics {
    const { link, cluster, own, brake, tokens, log } = this.#options;
    const { dataDir } = this.#config;
    const certificates = () => this.#certificates.leaves;
    const sources = { link, cluster, own, brake, certificates, token: tokens.agent, dataDir };
    return new HostMetrics(sources, () => this.#config.telemetry, log.named('telemetry'));
  }

  #createFacade(): AgentFacade {
    const { own, logs, reload, left, cluster } = this.#options;
    return new AgentFacade({
      cluster,
      config: () => this.#config,
      own,
      logs,
      metrics: this.metrics.view,
      reload,
      setToken: (kind, secret) => this.#setToken(kind, secret),
      leave: () => this.leave().then(left),
      removeNode: async (node) => {
        if ((await this.#catalog.nodeState(node)) === null) return false;
        // As who tells that a member has left: its own name is all that this agent may take away by itself.
        const report = { node, status: 'left' } as const;
        await this.#options.link.rpc.call('node.report', report, directCall(ownToken()));
        return true;
      },
      stats: () => hostStats(this.#options, this.#registrar.counts(), this.#state),
    });
  }
}

const now = (): number => Date.now();

/** For what an agent does for its node as such, whatever tokens it was given. */
const ownToken = (): string => NODE_TOKEN;

/** How long a start waits for the first comparison: after it the agent's own services can be discovered. */
const FIRST_SYNC_TIMEOUT_MS = 3_000;
