/**
 * What configuration entries say of this host's proxies, laid under what they registered with (Consul: agent/service_manager.go).
 *
 * The datacenter merges; it is told what was registered and tells of the whole, at first and after each change of an entry that
 * it depends on. Until it has answered, and while nothing is known of it, a proxy stands as it was registered.
 */
import type { ConnectProxyConfig } from '../../protocol/types/catalog.ts';
import type { ServiceEntry } from './entries.ts';
import type { Clock } from './interfaces.ts';
import type { LocalState } from './local-state.ts';
import { sameJSON, stableStringify } from './same-json.ts';
import type { PersistedService } from './state-directory.ts';

export interface RegisteredProxy {
  readonly kind: string;
  readonly name: string;
  readonly proxy: ConnectProxyConfig;
}

/** The part of the datacenter that knows the entries. */
export interface ProxyResolver {
  /** Tells of the merged configuration until the function that it answers with is called. */
  followProxy(
    registered: RegisteredProxy,
    token: string,
    onMerged: (proxy: ConnectProxyConfig) => void,
  ): () => void;
}

export interface CentralConfigOptions {
  readonly state: LocalState;
  readonly resolver: ProxyResolver;
  readonly clock: Clock;
  /** For services that were registered with no token of their own. */
  readonly defaultToken: () => string;
}

/**
 * How long a registration waits for the datacenter's answer. It is a round trip; one that takes longer must not hold up what
 * registers, and what comes later is applied then.
 */
const FIRST_ANSWER_TIMEOUT_MS = 1_000;

interface Followed {
  readonly key: string;
  readonly stop: () => void;
  readonly first: PromiseWithResolvers<void>;
  merged: ConnectProxyConfig | undefined;
}

export class CentralConfig {
  readonly #options: CentralConfigOptions;
  readonly #followed = new Map<string, Followed>();
  #unlisten: (() => void) | undefined;
  #isLinked = false;

  constructor(options: CentralConfigOptions) {
    this.#options = options;
  }

  /**
   * From now on each proxy of the local state is followed.
   *
   * @returns a promise that is over when all of them were answered for, or have waited long enough
   */
  async linkConnected(): Promise<void> {
    const { state } = this.#options;
    this.#isLinked = true;
    this.#unlisten ??= state.listen(({ kind, id }) => {
      if (kind === 'service') this.#look(id);
    });
    for (const { service } of state.services()) this.#look(service.ID);
    await Promise.all([...this.#followed.values()].map((followed) => this.#firstAnswer(followed)));
  }

  /** Nobody waits for answers that cannot come. */
  linkDisconnected(): void {
    this.#isLinked = false;
  }

  stop(): void {
    this.#unlisten?.();
    for (const { stop } of this.#followed.values()) stop();
    this.#followed.clear();
  }

  /** The entry as it is to stand in the local state, so that the catalog need not be told twice. */
  async merge(entry: ServiceEntry): Promise<ServiceEntry> {
    if (!isProxy(entry) || !this.#isLinked) return entry;
    const followed = this.#follow(entry);
    await this.#firstAnswer(followed);
    return withMerged(entry, followed.merged);
  }

  async #firstAnswer({ first, merged }: Followed): Promise<void> {
    if (merged !== undefined) return;
    const late = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(FIRST_ANSWER_TIMEOUT_MS, late.resolve);
    await Promise.race([first.promise, late.promise]);
    timer.cancel();
  }

  /** After any change of the service, those that are made here included. */
  #look(id: string): void {
    const entry = this.#options.state.service(id);
    if (entry === undefined || !isProxy(entry)) {
      this.#followed.get(id)?.stop();
      this.#followed.delete(id);
      return;
    }
    this.#put(entry, this.#follow(entry).merged);
  }

  #follow(entry: ServiceEntry): Followed {
    const { resolver, state, defaultToken } = this.#options;
    const { ID: id, Kind: kind = '', Service: name } = entry.service;
    const registered = { kind, name, proxy: registeredProxy(entry) };
    const token = entry.token || defaultToken();
    const key = stableStringify([registered, token]);
    const known = this.#followed.get(id);
    if (known?.key === key) return known;
    known?.stop();
    const stop = resolver.followProxy(registered, token, (merged) => {
      followed.merged = merged;
      followed.first.resolve();
      const present = state.service(id);
      // It may have been registered anew, and is then another's to answer.
      if (present !== undefined && this.#followed.get(id) === followed) this.#put(present, merged);
    });
    const followed: Followed = {
      key,
      stop,
      first: Promise.withResolvers<void>(),
      merged: undefined,
    };
    this.#followed.set(id, followed);
    return followed;
  }

  #put(entry: ServiceEntry, merged: ConnectProxyConfig | undefined): void {
    const next = withMerged(entry, merged);
    if (!sameJSON(next.service.Proxy, entry.service.Proxy)) this.#options.state.putService(next);
  }
}

function isProxy({ service }: ServiceEntry): boolean {
  return (service.Kind ?? '') !== '';
}

/** What is kept on disk: entries may say something else by the time of the next start. */
export function asRegistered(entry: ServiceEntry): PersistedService {
  const { service, token, sidecarOf } = entry;
  const Service = { ...service, Proxy: registeredProxy(entry) };
  return { Service, Token: token, ...(sidecarOf === undefined ? {} : { SidecarOf: sidecarOf }) };
}

function registeredProxy({ service, registered }: ServiceEntry): ConnectProxyConfig {
  return registered ?? service.Proxy;
}

function withMerged(entry: ServiceEntry, merged: ConnectProxyConfig | undefined): ServiceEntry {
  if (merged === undefined) return entry;
  const service = { ...entry.service, Proxy: merged };
  return { ...entry, service, registered: registeredProxy(entry) };
}
