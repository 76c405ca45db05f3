/**
 * Keeps the catalog's part for this node equal to the local state (agent/ae,
 * agent/local/state.go).
 *
 * Every change is sent at once, alone. A full comparison repairs what was missed: at start, after
 * a reconnect, and every minute or so. What fails is tried again, with growing delays, until it
 * succeeds or is no longer wanted.
 */
import { toRPCError } from '../../protocol/errors.ts';
import type { AntiEntropyOptions } from './anti-entropy-options.ts';
import { NO_DIFFERENCE, compare } from './comparison.ts';
import { type DirtyKey, DirtySet } from './dirty-set.ts';
import { readDiffering } from './differing-entries.ts';
import { QuietTimer } from './quiet-timer.ts';
import { Rounds } from './rounds.ts';
import { nextSyncDelayMs, retryDelayMs } from './sync-interval.ts';
import { nodeRequest, planRound } from './sync-round.ts';
import type { Timer } from './interfaces.ts';
import type { LocalChange } from './local-state.ts';
import type { SyncRequest } from './sync-round.ts';

/**
 * Requests under way together: enough to fill frames of the link, few enough to leave it room for
 * clients.
 */
const MAX_PARALLEL_REQUESTS = 128;

/**
 * One worker at a time: it sends what is due, then compares if that is due, until nothing is
 * left. Its timers are the next comparison, the next retry, and one for each deferred output.
 */
export class AntiEntropy {
  readonly #options: AntiEntropyOptions;
  readonly #dirty = new DirtySet();
  /** Checks whose output is to be sent later. */
  readonly #deferred = new Map<string, Timer>();
  readonly #rounds = new Rounds();
  #unlisten: (() => void) | undefined;
  #working: Promise<void> | undefined;
  #comparisonDue = false;
  #nodeInSync = false;
  #nodeIsUnknown = false;
  #movedTo = 0;
  readonly #moved: QuietTimer;
  #failures = 0;
  #comparisonTimer: Timer | undefined;
  #retryTimer: Timer | undefined;

  constructor(options: AntiEntropyOptions) {
    this.#options = options;
    const { clock, random, lastWritten } = options;
    this.#moved = new QuietTimer(clock, random, () => {
      if (this.#movedTo > lastWritten()) this.#compareSoon();
    });
  }

  start(): void {
    this.#unlisten ??= this.#options.state.listen((change) => this.#onChange(change));
    this.#compareSoon();
  }

  /** Nothing is sent after what is under way now. */
  stop(): void {
    this.#unlisten?.();
    this.#unlisten = undefined;
    this.#comparisonTimer?.cancel();
    this.#moved.stop();
    this.#retryTimer?.cancel();
    this.#retryTimer = undefined;
    for (const timer of this.#deferred.values()) timer.cancel();
    this.#deferred.clear();
  }

  /**
   * Compares everything now, e.g. because the link stands again. Resolves when the differences
   * were sent.
   */
  async resync(): Promise<void> {
    this.#failures = 0;
    this.#retryTimer?.cancel();
    this.#retryTimer = undefined;
    this.#dirty.retryFailed();
    this.#compareSoon();
    await this.#working;
  }

  /** The node's own address, addresses or metadata have changed. */
  nodeChanged(): void {
    this.#nodeInSync = false;
    this.#work();
  }

  /** The catalog's part for this node was written to at `index`: unless by this host, the two are compared soon. */
  catalogMoved(index: number): void {
    this.#movedTo = Math.max(this.#movedTo, index);
    if (this.#unlisten !== undefined) this.#moved.touch();
  }

  /**
   * Resolves when all changes made so far were attempted, or after `timeoutMs`: whether they
   * succeeded is not told. Changes that others make meanwhile are not waited for, so a steady
   * stream of them holds nobody up.
   */
  async settle(timeoutMs: number): Promise<void> {
    if (this.#working === undefined) return;
    const attempted = this.#rounds.attempted(this.#dirty.hasDue);
    let timer: Timer | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = this.#options.clock.after(timeoutMs, resolve);
    });
    await Promise.race([attempted, timeout]);
    timer?.cancel();
  }

  #onChange({ kind, id, what, serviceID }: LocalChange): void {
    if (what === 'output') {
      this.#deferOutput(id);
      return;
    }
    if (kind === 'check') this.#cancelDeferred(id);
    const owner = serviceID ?? this.#options.state.check(id)?.check.ServiceID ?? '';
    this.#dirty.add({ kind, id, serviceID: kind === 'check' ? owner : '' });
    this.#work();
  }

  #cancelDeferred(checkID: string): void {
    this.#deferred.get(checkID)?.cancel();
    this.#deferred.delete(checkID);
  }

  /**
   * Outputs change far more often than states; a delay of half to one and a half intervals
   * spreads them.
   */
  #deferOutput(checkID: string): void {
    const { clock, random, checkUpdateIntervalMs, state } = this.#options;
    if (this.#deferred.has(checkID)) return;
    const intervalMs = checkUpdateIntervalMs();
    const delayMs = intervalMs / 2 + random() * intervalMs;
    const timer = clock.after(delayMs, () => {
      this.#deferred.delete(checkID);
      const serviceID = state.check(checkID)?.check.ServiceID ?? '';
      this.#dirty.add({ kind: 'check', id: checkID, serviceID });
      this.#work();
    });
    this.#deferred.set(checkID, timer);
  }

  #compareSoon(): void {
    this.#comparisonDue = true;
    this.#work();
  }

  /** Starts the one worker unless it runs already: then it will see what is new. */
  #work(): void {
    if (this.#working !== undefined || this.#unlisten === undefined) return;
    this.#working = this.#drain();
  }

  async #drain(): Promise<void> {
    // Changes of one turn are gathered.
    await Promise.resolve();
    try {
      while (this.#unlisten !== undefined) {
        if (this.#dirty.hasDue || (!this.#nodeInSync && !this.#comparisonDue)) {
          if (!(await this.#sendRound())) return;
        } else if (this.#comparisonDue) {
          if (!(await this.#compare())) return;
        } else {
          return;
        }
      }
    } catch (thrown) {
      // A defect of ours must not end the agent: the next comparison repairs what was lost.
      this.#complain('anti-entropy failed', thrown);
      this.#comparisonDue = true;
      this.#retryLater();
    } finally {
      // In the turn of the last look: a change after it starts the next worker.
      this.#working = undefined;
      this.#rounds.release();
    }
  }

  /** @returns false when the datacenter cannot be worked with now */
  async #sendRound(): Promise<boolean> {
    const { state, node, nodeToken, defaultToken } = this.#options;
    if (!this.#nodeInSync && !(await this.#sendNode())) return false;
    const tokens = { nodeToken: nodeToken(), defaultToken: defaultToken() };
    const context = { state, node: node(), ...tokens };
    const errors: string[] = [];
    this.#rounds.begin();
    for (const phase of planRound(this.#dirty.take(), context)) await this.#sendAll(phase, errors);
    this.#rounds.end();
    // One line a round: with the link down every request fails alike.
    if (errors.length > 0) this.#complain(`failed to sync ${errors.length} changes`, errors[0]);
    if (this.#dirty.hasFailed) this.#retryLater();
    else this.#failures = 0;
    return true;
  }

  async #sendNode(): Promise<boolean> {
    const { catalog, node, nodeToken, wholeNode } = this.#options;
    const request = this.#nodeIsUnknown ? wholeNode() : nodeRequest(node());
    try {
      await catalog.register(request, nodeToken());
      this.#nodeInSync = true;
      this.#nodeIsUnknown = false;
      return true;
    } catch (thrown) {
      this.#complain('failed to sync node info', thrown);
      this.#retryLater();
      return false;
    }
  }

  async #sendAll(requests: readonly SyncRequest[], errors: string[]): Promise<void> {
    for (let at = 0; at < requests.length; at += MAX_PARALLEL_REQUESTS) {
      const batch = requests.slice(at, at + MAX_PARALLEL_REQUESTS);
      await Promise.all(batch.map((request) => this.#send(request, errors)));
    }
  }

  async #send(request: SyncRequest, errors: string[]): Promise<void> {
    try {
      await request.send(this.#options.catalog);
      for (const key of request.keys) this.#tell(key);
    } catch (thrown) {
      const { code, message } = toRPCError(thrown);
      errors.push(`${request.keys.map(({ kind, id }) => `${kind} ${id}`).join(', ')}: ${message}`);
      // Asking again does not help who may not; the next comparison tries it once more.
      if (code === 'forbidden' || code === 'unauthorized') return;
      for (const key of request.keys) this.#dirty.fail(key);
    }
  }

  /** In Consul's words: people look for them. */
  #tell({ kind, id }: DirtyKey): void {
    const { state, log } = this.#options;
    const entry = kind === 'service' ? state.service(id) : state.check(id);
    log.info(`${entry === undefined ? 'Deregistered' : 'Synced'} ${kind}: ${kind}=${id}`);
  }

  async #compare(): Promise<boolean> {
    const { state, catalog, node, kept } = this.#options;
    this.#comparisonDue = false;
    try {
      const differing = await readDiffering(catalog, {
        node: node(),
        services: state.services(),
        checks: state.checks(),
        outputDeferred: (id) => this.#deferred.has(id),
        kept,
      });
      const difference =
        differing === null ? NO_DIFFERENCE : compare(differing.local, differing.remote);
      for (const [id, tags] of difference.adoptedTags) state.adoptTags(id, tags);
      this.#nodeInSync = !difference.nodeDiffers;
      this.#nodeIsUnknown = differing?.remote === null;
      for (const id of difference.services) this.#dirty.add({ kind: 'service', id, serviceID: '' });
      for (const check of difference.checks) this.#dirty.add({ kind: 'check', ...check });
    } catch (thrown) {
      this.#complain('failed to compare with the catalog', thrown);
      this.#comparisonDue = true;
      this.#retryLater();
      return false;
    }
    this.#scheduleComparison();
    return true;
  }

  #scheduleComparison(): void {
    const { clock, random, clusterSize } = this.#options;
    this.#comparisonTimer?.cancel();
    const delayMs = nextSyncDelayMs(clusterSize(), random());
    this.#comparisonTimer = clock.after(delayMs, () => this.#compareSoon());
  }

  #retryLater(): void {
    const { clock, random } = this.#options;
    // One that is armed stays, or steady changes would put the retry off for ever.
    if (this.#unlisten === undefined || this.#retryTimer !== undefined) return;
    this.#retryTimer = clock.after(retryDelayMs(this.#failures++, random()), () => {
      this.#retryTimer = undefined;
      this.#dirty.retryFailed();
      this.#work();
    });
  }

  #complain(what: string, thrown: unknown): void {
    this.#options.log.warn(`${what}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}
