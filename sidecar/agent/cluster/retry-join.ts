/** Joins the members that the configuration names, again and again until one answers (Consul's retry_join). */
import { type Provider, createProvider } from '../../discover/discover.ts';
import { isProviderConfig } from '../../discover/provider-config.ts';
import type { JoinResult } from '../../gossip/memberlist.ts';

export interface RetryJoinOptions {
  /** Addresses, DNS names, and `provider=...`, which is asked anew at each attempt; one that cannot be is passed over with a word. */
  readonly addresses: readonly string[];
  readonly intervalMs: number;
  /** 0 for no limit. */
  readonly maxAttempts: number;
  readonly join: (addresses: readonly string[]) => Promise<JoinResult>;
  readonly log: { info(text: string): void; warn(text: string): void; error(text: string): void };
  /** @throws Error with the reason why the provider cannot be asked */
  readonly createProvider?: (text: string) => Provider;
}

export class RetryJoin {
  readonly #options: RetryJoinOptions;
  readonly #addresses: readonly string[];
  readonly #providers: readonly Provider[];
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** The first attempt is under way when this returns. */
  constructor(options: RetryJoinOptions) {
    this.#options = options;
    this.#addresses = options.addresses.filter((address) => !isProviderConfig(address));
    this.#providers = options.addresses
      .filter(isProviderConfig)
      .flatMap((text) => this.#createProvider(text));
    if (this.#addresses.length + this.#providers.length > 0) void this.#attempt(1);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #createProvider(text: string): Provider[] {
    try {
      return [(this.#options.createProvider ?? createProvider)(text)];
    } catch (error) {
      this.#options.log.warn(`retry_join: ${JSON.stringify(text)}: ${(error as Error).message}`);
      return [];
    }
  }

  async #attempt(count: number): Promise<void> {
    const { log, intervalMs, maxAttempts } = this.#options;
    const reason = await this.#tryOnce().catch((error: Error) => error.message);
    if (this.#stopped) return;
    if (reason === null) {
      log.info('Join completed. Synced with initial agents');
      return;
    }
    if (maxAttempts > 0 && count >= maxAttempts) {
      log.error(`max join retry exhausted, exiting: ${reason}`);
      return;
    }
    log.warn(`Join failed, will retry in ${intervalMs} ms: ${reason}`);
    this.#timer = setTimeout(() => void this.#attempt(count + 1), intervalMs);
  }

  /** @returns null when somebody answered, else why nobody did */
  async #tryOnce(): Promise<string | null> {
    const found = await Promise.all(this.#providers.map((provider) => provider()));
    const addresses = [...this.#addresses, ...found.flat()];
    if (addresses.length === 0) return 'No servers to join';
    if (this.#stopped) return null;
    const { contacted, errors } = await this.#options.join(addresses);
    return contacted > 0 ? null : errors.map(String).join('; ');
  }
}
