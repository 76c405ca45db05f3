/**
 * Keeps a secondary datacenter's certificate authority beneath the primary's (Consul: agent/consul/leader_connect_ca.go,
 * secondaryUpdateRoots): the primary's roots are trusted, and the secondary signs with a key of its own that the primary vouches for.
 *
 * The key never leaves the secondary's object: what travels is the request for its certificate, and the certificate.
 */
import { X509Certificate } from 'node:crypto';
import { clusterOf } from '../../protocol/spiffe-id.ts';
import type { CARoots } from '../../protocol/types/connect.ts';
import type { BoundRPC } from './bound-rpc.ts';
import { retryWaitMs } from './retry-wait.ts';

export interface AuthorityFollowerOptions {
  readonly primary: BoundRPC;
  readonly secondary: BoundRPC;
  readonly log: { info(text: string): void; warn(text: string): void };
  /** Resolves after so many milliseconds, or when the signal is aborted. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** One wait for news; below the four minutes that a Worker holds one. After it the certificate's age is looked at. */
const WATCH_MS = 200_000;
const MAX_RETRY_MS = 60_000;
/** Of the certificate's life; Consul renews at its half, too. */
const RENEWED_AT_SHARE = 0.5;

export class AuthorityFollower {
  readonly #options: AuthorityFollowerOptions;
  readonly #stopped = new AbortController();

  constructor(options: AuthorityFollowerOptions) {
    this.#options = options;
    void this.#run(this.#stopped.signal);
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Never rejects. */
  async #run(signal: AbortSignal): Promise<void> {
    const { primary, log, pause, random } = this.#options;
    let failures = 0;
    let index = 0;
    while (!signal.aborted) {
      try {
        const answer = await primary.call('connect.roots', {});
        await this.#follow(JSON.parse(answer.body) as CARoots);
        index = answer.index;
        failures = 0;
        await primary.index('connect.roots', {}, index, WATCH_MS, signal);
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        const { message } = error as Error;
        if (failures === 1) log.warn(`the primary's certificate authority: ${message}`);
        await pause(retryWaitMs(failures, MAX_RETRY_MS, random()), signal);
      }
    }
  }

  async #follow(wanted: CARoots): Promise<void> {
    const { primary, secondary, log } = this.#options;
    const present = await secondary.json('connect.roots', {}).catch(() => null);
    if (present !== null && isBeneath(present, wanted, this.#options.now())) return;
    const request = await secondary.json('connect.intermediate-request', {
      clusterID: clusterOf(wanted.TrustDomain),
    });
    const certificate = await primary.json('connect.sign-intermediate', { csr: request!.CSR });
    await secondary.call('connect.intermediate-set', { roots: wanted, certificate: certificate! });
    log.info('this datacenter signs certificates beneath the root of the primary');
  }
}

/** Whether a secondary trusts what the primary does, and signs with something that will last. */
export function isBeneath(present: CARoots, wanted: CARoots, nowMs: number): boolean {
  const idsOf = ({ ActiveRootID, Roots }: CARoots): string =>
    [ActiveRootID, ...Roots.map(({ ID }) => ID).toSorted()].join(' ');
  if (present.TrustDomain !== wanted.TrustDomain || idsOf(present) !== idsOf(wanted)) return false;
  const active = present.Roots.find(({ Active }) => Active);
  const own = active?.IntermediateCerts?.[0];
  if (active === undefined || own === undefined) return false;
  const certificate = new X509Certificate(own);
  if (!certificate.verify(new X509Certificate(active.RootCert).publicKey)) return false;
  const [from, to] = [certificate.validFrom, certificate.validTo].map((text) => Date.parse(text));
  return nowMs < from! + (to! - from!) * RENEWED_AT_SHARE;
}
