/**
 * Other datacenters as the own control plane tells of them: how an agent knows them that is in no WAN pool, and the way to
 * them leads through its own datacenter's door.
 */
import { DATACENTERS_PATH, doorPath } from '../../../protocol/frames.ts';
import type { DatacenterList } from '../../../protocol/types/datacenters.ts';
import { requestText } from '../../lib/http-request.ts';
import type { Dial } from '../../server-link/link-transport.ts';

export interface ControlPlaneDatacentersOptions {
  readonly dial: () => Promise<Dial>;
  readonly now: () => number;
  readonly log: { debug(text: string): void };
}

/** What was asked for within this time is not asked for again: names that mean nothing cost one request a second. */
const FRESH_MS = 1_000;
const REQUEST_TIMEOUT_MS = 2_000;
/** A Worker knows hundreds of datacenters at most. */
const MAX_LIST_BYTES = 1024 * 1024;

export class ControlPlaneDatacenters {
  readonly #options: ControlPlaneDatacentersOptions;
  #list: DatacenterList = { Others: [], Maps: null };
  #askedAt = -Infinity;
  #asking: Promise<void> | null = null;

  constructor(options: ControlPlaneDatacentersOptions) {
    this.#options = options;
  }

  /** As told last. */
  get known(): DatacenterList {
    return this.#list;
  }

  /** Asks again unless that was done a moment ago; what cannot be learned stays as it was told last. */
  async refresh(): Promise<DatacenterList> {
    const { now, log } = this.#options;
    if (this.#asking === null && now() - this.#askedAt >= FRESH_MS) {
      this.#askedAt = now();
      this.#asking = this.#ask()
        .catch((error: Error) => log.debug(`the list of datacenters: ${error.message}`))
        .finally(() => (this.#asking = null));
    }
    await this.#asking;
    return this.#list;
  }

  async #ask(): Promise<void> {
    const { url, authorization, datacenter = '' } = await this.#options.dial();
    const { ok, status, text } = await requestText(
      new URL(doorPath(DATACENTERS_PATH, datacenter), url),
      {
        headers: authorization === '' ? {} : { authorization },
        timeoutMs: REQUEST_TIMEOUT_MS,
        maxBytes: MAX_LIST_BYTES,
      },
    );
    if (!ok) throw new Error(`${status} ${text.slice(0, 300)}`);
    this.#list = JSON.parse(text) as DatacenterList;
  }
}
