/** What the agent does for its own host: registration, local services and checks, /v1/agent/. */
import type { Route } from '../http-api/route.ts';
import type { HelloReply } from '../protocol/frames.ts';
import type { RegisterRequest } from '../protocol/types/catalog.ts';
import type { AgentConfig } from './config/agent-config.ts';
import type { ControlPlane } from './embedded/control-plane.ts';
import type { LogHub, Logger } from './lib/log.ts';
import type { OwnNode } from './node-registration.ts';
import type { ServerLink } from './server-link/server-link.ts';

export interface HostServicesOptions {
  readonly config: AgentConfig;
  readonly dataDir: string;
  readonly own: OwnNode;
  readonly link: ServerLink;
  readonly logs: LogHub;
  readonly log: Logger;
  readonly controlPlane: () => ControlPlane | null;
  readonly reload: () => Promise<void>;
  readonly left: () => void;
}

export class HostServices {
  readonly #options: HostServicesOptions;
  #registration: (() => RegisterRequest) | null = null;
  readonly #registered = Promise.withResolvers<void>();

  constructor(options: HostServicesOptions) {
    this.#options = options;
  }

  get routes(): readonly Route[] {
    return [];
  }

  readonly mayWrite = (_remoteAddress: string): boolean => true;
  readonly observeRequest = (_method: string, _path: string, _status: number): void => {};

  /** @returns a promise of the first registration */
  start(registration: () => RegisterRequest): Promise<void> {
    this.#registration = registration;
    return this.#registered.promise;
  }

  linkConnected(_hello: HelloReply): void {
    const request = this.#registration?.();
    if (request === undefined) return;
    const options = { token: '', datacenter: '', consistency: 'default', cached: false } as const;
    this.#options.link.rpc.call('catalog.register', request, options).then(
      () => this.#registered.resolve(),
      (error: Error) => this.#options.log.error(`cannot register this node: ${error.message}`),
    );
  }

  linkDisconnected(): void {}

  linkRefused(_reason: string): void {}

  reload(_previous: AgentConfig, _next: AgentConfig): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
