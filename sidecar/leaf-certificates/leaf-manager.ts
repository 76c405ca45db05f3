/**
 * The certificates of this host, one for each name and token that asks, and the watch on roots that renews them
 * (Consul: agent/leafcert/leafcert.go).
 */
import { type CallOptions, type ServerRPC, directCall } from '../../http-api/server-rpc.ts';
import { pause } from '../../http-api/pause.ts';
import { meshGatewayURI, serviceURI } from '../../protocol/spiffe-id.ts';
import type { CARoots, IssuedCert, LeafCert } from '../../protocol/types/connect.ts';
import type { Logger } from '../lib/log.ts';
import { Leaf } from './leaf.ts';
import { makeLeafRequest } from './leaf-request.ts';
import { retryWait } from './renewal.ts';

export interface LeafWanted {
  /** '' for a mesh gateway. */
  readonly service: string;
  readonly kind?: 'mesh-gateway';
  readonly token: string;
  /** Names of hosts that gateways answer to. */
  readonly dnsNames?: readonly string[];
}

export interface LeafAnswer {
  readonly leaf: LeafCert;
  /** Whether it was here before it was asked for. */
  readonly cache: 'HIT' | 'MISS';
  readonly ageMs: number;
}

export interface LeafManagerOptions {
  readonly rpc: ServerRPC;
  readonly datacenter: string;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Logger;
}

/** A certificate that nobody asked for in so long is not renewed any more (Consul: 72 h). */
const IDLE_MS = 72 * 3_600_000;
/** Each has a timer and some KB; a host with more proxies than this has other worries. */
const MAX_LEAVES = 4096;
/** After a rotation all hosts of a datacenter want new certificates at once (Consul: caChangeJitterWindow). */
const ROTATION_SPREAD_MS = 30_000;
const ROOTS_WAIT_MS = 600_000;

/** Roots are public, and a replica of them is kept up to date: they are known while the datacenter is away. */
const ROOTS_CALL: CallOptions = { ...directCall(''), cached: true };

interface Kept {
  readonly leaf: Leaf;
  askedAt: number;
}

export class LeafManager {
  readonly #options: LeafManagerOptions;
  /** The one that was asked for last stands last. */
  readonly #leaves = new Map<string, Kept>();
  readonly #stopping = new AbortController();
  #roots: CARoots | undefined;
  #isWatching = false;

  constructor(options: LeafManagerOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#leaves.size;
  }

  /** When the active root ends, in milliseconds since 1970; undefined before a certificate was asked for. */
  get rootEndsAt(): number | undefined {
    const active = this.#roots?.Roots.find(({ Active }) => Active);
    return active === undefined ? undefined : Date.parse(active.NotAfter);
  }

  /**
   * @param minIndex 0 for the present one, else one with a higher index if it comes within `waitMs`
   * @throws RPCError when there is none
   */
  async get(
    wanted: LeafWanted,
    minIndex = 0,
    waitMs = 0,
    signal?: AbortSignal,
  ): Promise<LeafAnswer> {
    await this.#knowRoots();
    const leaf = this.#find(wanted);
    const { current } = leaf;
    if (current !== undefined && minIndex > 0 && leaf.index > minIndex) {
      return { leaf: current, cache: 'HIT', ageMs: leaf.ageMs };
    }
    const present = await leaf.ensure().catch((error: unknown) => {
      this.#forget(leaf);
      throw error;
    });
    if (minIndex === 0 || present.ModifyIndex > minIndex) {
      return { leaf: present, cache: 'MISS', ageMs: 0 };
    }
    await leaf.untilNewer(minIndex, waitMs, signal);
    return { leaf: leaf.current ?? present, cache: 'MISS', ageMs: 0 };
  }

  stop(): void {
    this.#stopping.abort();
    for (const { leaf } of this.#leaves.values()) leaf.stop();
    this.#leaves.clear();
  }

  #find(wanted: LeafWanted): Leaf {
    const { service, kind, token, dnsNames } = wanted;
    const key = JSON.stringify([service, kind, token, dnsNames]);
    const now = this.#options.now();
    const kept = this.#leaves.get(key) ?? { leaf: this.#create(wanted), askedAt: now };
    kept.askedAt = now;
    this.#leaves.delete(key);
    this.#leaves.set(key, kept);
    this.#dropIdle(now);
    return kept.leaf;
  }

  #create(wanted: LeafWanted): Leaf {
    const { now, random, log } = this.#options;
    return new Leaf(wanted.service || wanted.kind || '', {
      issue: () => this.#issue(wanted),
      activeRoot: () => this.#activeRoot(),
      now,
      random,
      log,
    });
  }

  /** Names that get no certificate are many: none of them stays. */
  #forget(leaf: Leaf): void {
    if (leaf.current !== undefined || leaf.isWaitedFor) return;
    for (const [key, kept] of this.#leaves) if (kept.leaf === leaf) this.#leaves.delete(key);
    leaf.stop();
  }

  /** Those that were asked for longest ago stand in front. */
  #dropIdle(now: number): void {
    for (const [key, { leaf, askedAt }] of this.#leaves) {
      const isIdle = now - askedAt > IDLE_MS && !leaf.isWaitedFor;
      if (!isIdle && this.#leaves.size <= MAX_LEAVES) return;
      this.#leaves.delete(key);
      leaf.stop();
    }
  }

  async #issue({ service, kind, token, dnsNames = [] }: LeafWanted): Promise<LeafCert> {
    const { rpc, datacenter } = this.#options;
    const trustDomain = (await this.#knowRoots()).TrustDomain;
    const uri =
      kind === undefined
        ? serviceURI(trustDomain, datacenter, service)
        : meshGatewayURI(trustDomain, datacenter);
    const { csr, privateKey } = makeLeafRequest({ uris: [uri], dnsNames });
    const { body } = await rpc.call('connect.sign', { csr }, directCall(token));
    const { CertPEM, SerialNumber, ...rest } = JSON.parse(body) as IssuedCert;
    return { SerialNumber, CertPEM, PrivateKeyPEM: privateKey, ...rest };
  }

  #activeRoot(): string | undefined {
    return this.#roots?.Roots.find(({ Active }) => Active)?.RootCert;
  }

  /** The roots, and a watch on them from the first question on. */
  async #knowRoots(): Promise<CARoots> {
    if (this.#roots !== undefined) return this.#roots;
    const { index, body } = await this.#options.rpc.call('connect.roots', {}, ROOTS_CALL);
    this.#roots ??= JSON.parse(body) as CARoots;
    void this.#watchRoots(index);
    return this.#roots;
  }

  async #watchRoots(since: number): Promise<void> {
    if (this.#isWatching) return;
    this.#isWatching = true;
    let index = since;
    let failures = 0;
    const { signal } = this.#stopping;
    const { rpc, log } = this.#options;
    while (!signal.aborted) {
      try {
        const answer = await rpc.watch(
          'connect.roots',
          {},
          ROOTS_CALL,
          index,
          ROOTS_WAIT_MS,
          signal,
        );
        failures = 0;
        if (answer.index !== index) this.#takeRoots(JSON.parse(answer.body) as CARoots);
        index = answer.index;
      } catch (error) {
        failures++;
        if (failures === 1) log.warn(`the roots cannot be watched: ${(error as Error).message}`);
        await pause(retryWait(failures, this.#options.random()), signal);
      }
    }
  }

  #takeRoots(roots: CARoots): void {
    this.#roots = roots;
    for (const { leaf } of this.#leaves.values()) leaf.rootsChanged(ROTATION_SPREAD_MS);
  }
}
