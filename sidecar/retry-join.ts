/** Joins the members that the configuration names, again and again until one answers (Consul's retry_join). */
import type { JoinResult } from './gossip/memberlist.ts';

export interface RetryJoinOptions {
  /** Addresses and DNS names; what begins with `provider=` needs a cloud's API and is passed over with a word. */
  readonly addresses: readonly string[];
  readonly intervalMs: number;
  /** 0 for no limit. */
  readonly maxAttempts: number;
  readonly join: (addresses: readonly string[]) => Promise<JoinResult>;
  readonly log: { info(text: string): void; warn(text: string): void; error(text: string): void };
}

export class RetryJoin {
  readonly #options: RetryJoinOptions;
  readonly #addresses: readonly string[];
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  /** The first attempt is under way when this returns. */
  constructor(options: RetryJoinOptions) {
    this.#options = options;
    const isCloud = (address: string): boolean => address.includes('provider=');
    this.#addresses = options.addresses.filter((address) => !isCloud(address));
    for (const address of options.addresses.filter(isCloud)) {
      options.log.warn(
        `retry_join: ${JSON.stringify(address)} asks a cloud for addresses, which this version does not; give addresses or DNS names`,
      );
    }
    if (this.#addresses.length > 0) void this.#attempt(1);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #attempt(count: number): Promise<void> {
    const { join, log, intervalMs, maxAttempts } = this.#options;
    const reason = await join(this.#addresses).then(
      ({ contacted, errors }) => (contacted > 0 ? undefined : errors.map(String).join('; ')),
      (error: Error) => error.message,
    );
    if (this.#stopped) return;
    if (reason === undefined) {
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
}
