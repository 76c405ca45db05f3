/**
 * Who may connect to the service: the agent decides, by its intentions, and its decisions are held until an intention on the
 * service changes.
 *
 * While it is not known whether one has changed, each connection is asked for anew, and refused when nobody answers.
 */
import { follow } from './follow.ts';
import type { AgentHTTP, Log } from './interfaces.ts';
import { DECISION_CACHE_MS, MAX_DECISIONS } from './limits.ts';

export interface Decision {
  readonly isAllowed: boolean;
  readonly reason: string;
}

export interface Caller {
  readonly uri: string;
  /** Of the certificate, in hex. */
  readonly serial: string;
}

export interface AuthorizerOptions {
  readonly agent: AgentHTTP;
  readonly log: Log;
  readonly service: string;
  readonly now: () => number;
  /** Decisions may have changed. */
  readonly onChange: () => void;
}

interface Held {
  readonly decision: Decision;
  readonly at: number;
}

export class Authorizer {
  readonly #options: AuthorizerOptions;
  readonly #held = new Map<string, Held>();
  readonly #stop: () => void;
  readonly #timer: NodeJS.Timeout;
  /** Whether changes of intentions are heard of. */
  #isCurrent = false;
  /** What was asked before a change of intentions is not held after it. */
  #generation = 0;

  constructor(options: AuthorizerOptions) {
    this.#options = options;
    const { agent, log, service } = options;
    this.#stop = follow({
      agent,
      log,
      name: `type=intentions service=${service}`,
      request: {
        path: '/v1/connect/intentions/match',
        query: { by: 'destination', name: service },
      },
      onAnswer: () => {
        this.#isCurrent = true;
        this.#forget();
      },
      onFailure: () => (this.#isCurrent = false),
    });
    this.#timer = setInterval(() => this.#forget(), DECISION_CACHE_MS);
    this.#timer.unref();
  }

  /** @throws Error when the agent does not decide */
  async authorize(caller: Caller): Promise<Decision> {
    const { now } = this.#options;
    const held = this.#isCurrent ? this.#held.get(caller.uri) : undefined;
    if (held !== undefined && now() - held.at < DECISION_CACHE_MS) return held.decision;
    const generation = this.#generation;
    const decision = await this.#ask(caller);
    if (this.#isCurrent && generation === this.#generation) this.#hold(caller.uri, decision);
    return decision;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#stop();
  }

  async #ask({ uri, serial }: Caller): Promise<Decision> {
    const { agent, service } = this.#options;
    const { body } = await agent.request({
      method: 'POST',
      path: '/v1/agent/connect/authorize',
      body: JSON.stringify({ Target: service, ClientCertURI: uri, ClientCertSerial: serial }),
    });
    const { Authorized, Reason } = JSON.parse(body.toString('utf8')) as {
      Authorized: boolean;
      Reason: string;
    };
    return { isAllowed: Authorized, reason: Reason };
  }

  #hold(uri: string, decision: Decision): void {
    if (this.#held.size >= MAX_DECISIONS) this.#held.clear();
    this.#held.set(uri, { decision, at: this.#options.now() });
  }

  #forget(): void {
    this.#generation++;
    this.#held.clear();
    this.#options.onChange();
  }
}
