/** The services and checks of this host, in memory. */
import type { CheckStatus } from '../../protocol/types/catalog.ts';
import type { CheckEntry, LocalService, ServiceEntry } from './entries.ts';

/** Says what changed, not how: listeners read the state, which may have moved on. */
export interface LocalChange {
  readonly kind: 'service' | 'check';
  readonly id: string;
  /** `output`: only a check's output differs, which the datacenter may learn later. */
  readonly what: 'put' | 'delete' | 'output';
  /** Of a check that was deleted: the service that it belonged to, or ''. */
  readonly serviceID?: string;
}

/** Called once for each change, in the order of the changes. */
export type LocalListener = (change: LocalChange) => void;

/**
 * Listeners are called in the turn of the change and after it was made; they must not throw.
 * Entries are never modified in place: who holds one holds a snapshot.
 */
export class LocalState {
  readonly #services = new Map<string, ServiceEntry>();
  readonly #checks = new Map<string, CheckEntry>();
  readonly #listeners = new Set<LocalListener>();
  readonly #now: () => number;
  #discardOutput = false;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Consul's discard_check_output: outputs of checks are not kept from now on. */
  set discardOutput(discard: boolean) {
    this.#discardOutput = discard;
  }

  /** @returns the function that ends the listening */
  listen(listener: LocalListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  service(id: string): ServiceEntry | undefined {
    return this.#services.get(id);
  }

  check(id: string): CheckEntry | undefined {
    return this.#checks.get(id);
  }

  services(): ServiceEntry[] {
    return [...this.#services.values()];
  }

  checks(): CheckEntry[] {
    return [...this.#checks.values()];
  }

  checksOf(serviceID: string): CheckEntry[] {
    return this.checks().filter(({ check }) => check.ServiceID === serviceID);
  }

  /**
   * Adds or replaces, and tells so even if nothing differs: to register again is how users repair
   * a catalog that lost the service. Checks that are not registered again keep the name and tags
   * that it had, as in Consul.
   */
  putService(entry: ServiceEntry): void {
    const { ID: id } = entry.service;
    this.#services.set(id, entry);
    this.#tell({ kind: 'service', id, what: 'put' });
  }

  deleteService(id: string): void {
    if (this.#services.delete(id)) this.#tell({ kind: 'service', id, what: 'delete' });
  }

  /** Takes tags that the catalog may override (EnableTagOverride) without telling it about them. */
  adoptTags(id: string, tags: LocalService['Tags']): void {
    const entry = this.#services.get(id);
    if (entry === undefined) return;
    this.#services.set(id, { ...entry, service: { ...entry.service, Tags: tags } });
  }

  /** Adds or replaces, and tells so in any case, as for services. */
  putCheck(entry: Omit<CheckEntry, 'criticalSinceMs'>): void {
    const { CheckID: id, Status } = entry.check;
    const before = this.#checks.get(id)?.criticalSinceMs ?? this.#now();
    this.#checks.set(id, { ...entry, criticalSinceMs: Status === 'critical' ? before : null });
    this.#tell({ kind: 'check', id, what: 'put' });
  }

  deleteCheck(id: string): void {
    const serviceID = this.#checks.get(id)?.check.ServiceID;
    if (this.#checks.delete(id)) this.#tell({ kind: 'check', id, what: 'delete', serviceID });
  }

  /**
   * Sets what a check found out. Unknown checks are passed over: a runner may report while it is
   * being removed.
   */
  updateCheck(id: string, status: CheckStatus, reported: string): void {
    const entry = this.#checks.get(id);
    if (entry === undefined) return;
    const output = this.#discardOutput ? '' : reported;
    const { check } = entry;
    if (check.Status === status && check.Output === output) return;
    const criticalSinceMs = status === 'critical' ? (entry.criticalSinceMs ?? this.#now()) : null;
    this.#checks.set(id, {
      ...entry,
      criticalSinceMs,
      check: { ...check, Status: status, Output: output },
    });
    this.#tell({ kind: 'check', id, what: check.Status === status ? 'output' : 'put' });
  }

  #tell(change: LocalChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
