/** Brings the agent's own node into the catalog: with each link, and again until the datacenter takes it. */
import type { Logger } from '../../lib/log.ts';

export interface OwnRegistrationOptions {
  /** Rejects when the datacenter does not take it, or cannot be reached. */
  readonly register: () => Promise<void>;
  readonly registered: () => void;
  readonly log: Logger;
}

/** What is refused now may be taken later: a name whose old holder has yet to fail, a datacenter that is overloaded. */
const RETRY_MS = 5_000;

export class OwnRegistration {
  readonly #options: OwnRegistrationOptions;
  #isUnderWay = false;
  #isStopped = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: OwnRegistrationOptions) {
    this.#options = options;
  }

  /** For each link: one that is under way travels again with the new link by itself. */
  begin(): void {
    if (this.#isUnderWay || this.#isStopped) return;
    clearTimeout(this.#retry);
    void this.#attempt();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#retry);
  }

  async #attempt(): Promise<void> {
    const { register, registered, log } = this.#options;
    this.#isUnderWay = true;
    try {
      await register();
    } catch (error) {
      if (this.#isStopped) return;
      log.error(`cannot register this node: ${(error as Error).message}`);
      this.#retry = setTimeout(() => this.begin(), RETRY_MS);
      return;
    } finally {
      this.#isUnderWay = false;
    }
    if (!this.#isStopped) registered();
  }
}
