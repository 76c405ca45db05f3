/** The proxy's own entry at the agent, with `-register` (Consul: command/connect/proxy/register.go). */
import { pause } from '../../http-api/pause.ts';
import type { AgentHTTP, Log } from './interfaces.ts';
import { HEARTBEAT_MS, REGISTRATION_TTL } from './limits.ts';

export interface RegistrationOptions {
  readonly agent: AgentHTTP;
  readonly log: Log;
  readonly service: string;
  /** Tells proxies of one service apart; '' for the only one. */
  readonly suffix: string;
  readonly address: string;
  readonly port: number;
}

/** How long a stop waits for the agent to take the entry out. */
const DEREGISTER_TIMEOUT_MS = 5_000;

export class Registration {
  readonly #options: RegistrationOptions;
  readonly #id: string;
  readonly #controller = new AbortController();
  readonly #work: Promise<void>;

  constructor(options: RegistrationOptions) {
    this.#options = options;
    const { service, suffix } = options;
    this.#id = `${service}-proxy${suffix === '' ? '' : `-${suffix}`}`;
    this.#work = this.#keep();
  }

  /** Takes the entry out. */
  async stop(): Promise<void> {
    const { agent, log } = this.#options;
    this.#controller.abort();
    await this.#work;
    log.info('stop request received, deregistering');
    try {
      await agent.request({
        method: 'PUT',
        path: `/v1/agent/service/deregister/${encodeURIComponent(this.#id)}`,
        signal: AbortSignal.timeout(DEREGISTER_TIMEOUT_MS),
      });
    } catch (error) {
      log.warn(`failed to deregister: error=${JSON.stringify((error as Error).message)}`);
    }
  }

  /** Registers until it is taken, and then beats; an agent that does not know the check any more is told anew. */
  async #keep(): Promise<void> {
    const { log } = this.#options;
    const { signal } = this.#controller;
    let isRegistered = false;
    while (!signal.aborted) {
      try {
        if (!isRegistered) await this.#register();
        isRegistered = true;
        await this.#beat();
      } catch (error) {
        if (signal.aborted) return;
        isRegistered = false;
        log.warn(`registration failed: error=${JSON.stringify((error as Error).message)}`);
      }
      await pause(HEARTBEAT_MS, signal);
    }
  }

  async #register(): Promise<void> {
    const { agent, log, service, address, port } = this.#options;
    const body = {
      Kind: 'connect-proxy',
      ID: this.#id,
      Name: `${service}-proxy`,
      Address: address,
      Port: port,
      Proxy: { DestinationServiceName: service },
      Check: {
        CheckID: this.#checkID,
        Name: 'proxy heartbeat',
        TTL: REGISTRATION_TTL,
        Notes: 'Built-in proxy will heartbeat this check.',
        Status: 'passing',
      },
    };
    await agent.request({
      method: 'PUT',
      path: '/v1/agent/service/register',
      body: JSON.stringify(body),
      signal: this.#controller.signal,
    });
    log.info(`registered Consul service: service=${this.#id}`);
  }

  async #beat(): Promise<void> {
    await this.#options.agent.request({
      method: 'PUT',
      path: `/v1/agent/check/pass/${encodeURIComponent(this.#checkID)}`,
      signal: this.#controller.signal,
    });
  }

  get #checkID(): string {
    return `${this.#id}-ttl`;
  }
}
