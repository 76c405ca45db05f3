/**
 * Who watches what, and the one place where a write turns into pushes.
 *
 * A write looks up the topics that it touched; only the queries found there are evaluated, each once, and what is to be
 * told of them is rendered once for all watchers. Nothing is told before the writes succeeded, and the platform's output
 * gate holds what is sent until they are durable.
 */
import type { NodeFilterArgs } from '../../protocol/methods.ts';
import { renderBump } from '../../protocol/pushes.ts';
import type { Publisher, Touched } from '../writer.ts';
import { type Evaluation, PushMaker } from './push-maker.ts';
import { ACL, type Topic } from './topics.ts';
import { TouchedRows } from './touched-rows.ts';
import { type QueryPush, UNKNOWN_INDEX, type WatchedQuery, type Watcher } from './watched-query.ts';

export class Subscriptions implements Publisher {
  readonly #byIdentity = new Map<string, WatchedQuery>();
  readonly #byTopic = new Map<Topic, Set<WatchedQuery>>();
  readonly #byWatcher = new Map<Watcher, Map<number, WatchedQuery>>();
  readonly #evaluation: Evaluation;
  #toldLast: Watcher | undefined;
  #prefixQueries = 0;
  #logQueries = 0;

  constructor(evaluation: Evaluation) {
    this.#evaluation = evaluation;
  }

  get size(): number {
    return this.#byIdentity.size;
  }

  countOf(watcher: Watcher): number {
    return this.#byWatcher.get(watcher)?.size ?? 0;
  }

  /**
   * The index of the answer that the watchers were told last, which is that of the answer now.
   *
   * @returns undefined for a number that stands for no query, and where the index does not tell all: an answer sorted by
   * distance changes its order without it
   * @throws RPCError when the token may no longer see the query
   */
  indexOf(watcher: Watcher, id: number): number | undefined {
    const query = this.#byWatcher.get(watcher)?.get(id);
    if ((query?.args as NodeFilterArgs | undefined)?.near) return undefined;
    if (query?.lastIndex === UNKNOWN_INDEX) query.lastIndex = this.#evaluation.answer(query).index;
    return query?.lastIndex;
  }

  watchesPrefixes(): boolean {
    return this.#prefixQueries > 0;
  }

  watchesLog(): boolean {
    return this.#logQueries > 0;
  }

  /** Adds a watcher to a query under the watcher's own number, replacing what that number stood for. */
  add(
    watcher: Watcher,
    id: number,
    query: Omit<WatchedQuery, 'watchers' | 'lastIndex'>,
    knownIndex: number,
  ): void {
    this.remove(watcher, id);
    let watched = this.#byIdentity.get(query.identity);
    if (watched === undefined) {
      watched = { ...query, lastIndex: knownIndex, watchers: new Map() };
      this.#byIdentity.set(query.identity, watched);
      for (const topic of watched.topics) this.#index(topic, watched);
    } else if (watched.lastIndex === UNKNOWN_INDEX) {
      watched.lastIndex = knownIndex;
    }
    watched.watchers.set(watcher, id);
    let mine = this.#byWatcher.get(watcher);
    if (mine === undefined) this.#byWatcher.set(watcher, (mine = new Map()));
    mine.set(id, watched);
  }

  remove(watcher: Watcher, id: number): void {
    const mine = this.#byWatcher.get(watcher);
    const watched = mine?.get(id);
    if (mine === undefined || watched === undefined) return;
    mine.delete(id);
    watched.watchers.delete(watcher);
    if (watched.watchers.size === 0) this.#forget(watched);
  }

  /** Drops everything that a closed link watched. */
  removeWatcher(watcher: Watcher): void {
    for (const id of this.#byWatcher.get(watcher)?.keys() ?? []) this.remove(watcher, id);
    this.#byWatcher.delete(watcher);
  }

  /** What a watcher holds, to be found again after hibernation. */
  listOf(watcher: Watcher): { id: number; query: WatchedQuery }[] {
    return [...(this.#byWatcher.get(watcher) ?? [])].map(([id, query]) => ({ id, query }));
  }

  publish(touched: Touched, since: number): void {
    if (this.#byIdentity.size === 0) return;
    const outgoing = new Map<Watcher, QueryPush[]>();
    const changed = this.#withChangedRights(touched, outgoing);
    const due = new Set<WatchedQuery>();
    for (const topic of touched.keys()) {
      for (const query of this.#byTopic.get(topic) ?? []) if (!changed.has(query)) due.add(query);
    }
    const rows = new TouchedRows(touched, since);
    for (const query of due)
      this.#collect(query, new PushMaker(query, this.#evaluation, touched), rows, outgoing);
    const last = this.#toldLast;
    for (const [watcher, pushes] of outgoing) if (watcher !== last) watcher.deliver(pushes);
    if (last !== undefined && outgoing.has(last)) last.deliver(outgoing.get(last)!);
  }

  /**
   * Runs work whose writes everybody else hears of before `watcher`, which made them: its replies say so, too, and at the
   * agent of the control plane its own news would hold up those that pass through for others.
   */
  tellingLast<T>(watcher: Watcher, work: () => T): T {
    this.#toldLast = watcher;
    try {
      return work();
    } finally {
      this.#toldLast = undefined;
    }
  }

  /** Everything may have changed at `index`: whoever watches is told to read. */
  publishAll(index: number): void {
    const bump = renderBump(index);
    for (const [watcher, queries] of this.#byWatcher) {
      const pushes = [...queries.keys()].map((id) => ({ id, push: bump }));
      if (pushes.length > 0) watcher.deliver(pushes);
    }
    for (const query of this.#byIdentity.values()) query.lastIndex = index;
  }

  /**
   * What a token sees may have changed without a change of the data: whoever watches with it is told to read, and is then
   * refused, or finds another answer under the old index.
   */
  #withChangedRights(
    touched: Touched,
    outgoing: Map<Watcher, QueryPush[]>,
  ): ReadonlySet<WatchedQuery> {
    const changed = new Set<WatchedQuery>();
    const index = touched.get(ACL);
    if (index === undefined) return changed;
    const rights = new Map<string, string | null>();
    for (const query of this.#byIdentity.values()) {
      let now = rights.get(query.token);
      if (now === undefined)
        rights.set(query.token, (now = this.#evaluation.rightsOf(query.token)));
      if (query.rights === now) continue;
      query.rights = now;
      changed.add(query);
      for (const [watcher, id] of query.watchers)
        addPush(outgoing, watcher, { id, push: renderBump(index) });
    }
    return changed;
  }

  #collect(
    query: WatchedQuery,
    maker: PushMaker,
    rows: TouchedRows,
    outgoing: Map<Watcher, QueryPush[]>,
  ): void {
    const { index } = maker;
    if (maker.topics !== undefined) this.#follow(query, maker.topics);
    // An equal index means that a later write of the batch was evaluated already.
    if (index === query.lastIndex) return;
    for (const [watcher, id] of query.watchers) {
      const push = watcher.takesChanges ? maker.changes(rows) : maker.answer();
      addPush(outgoing, watcher, { id, push });
    }
    query.lastIndex = index;
  }

  /** The topics of some queries depend on what they find. */
  #follow(query: WatchedQuery, topics: readonly Topic[]): void {
    if (sameTopics(query.topics, topics)) return;
    for (const topic of query.topics) this.#unindex(topic, query);
    query.topics = topics;
    for (const topic of topics) this.#index(topic, query);
  }

  #index(topic: Topic, query: WatchedQuery): void {
    if (topic.startsWith('kv-prefix/')) this.#prefixQueries++;
    else if (topic.startsWith('log')) this.#logQueries++;
    const queries = this.#byTopic.get(topic);
    if (queries === undefined) this.#byTopic.set(topic, new Set([query]));
    else queries.add(query);
  }

  #forget(query: WatchedQuery): void {
    this.#byIdentity.delete(query.identity);
    for (const topic of query.topics) this.#unindex(topic, query);
  }

  #unindex(topic: Topic, query: WatchedQuery): void {
    if (topic.startsWith('kv-prefix/')) this.#prefixQueries--;
    else if (topic.startsWith('log')) this.#logQueries--;
    const queries = this.#byTopic.get(topic);
    queries?.delete(query);
    if (queries?.size === 0) this.#byTopic.delete(topic);
  }
}

function addPush(outgoing: Map<Watcher, QueryPush[]>, watcher: Watcher, push: QueryPush): void {
  const pushes = outgoing.get(watcher);
  if (pushes === undefined) outgoing.set(watcher, [push]);
  else pushes.push(push);
}

function sameTopics(left: readonly Topic[], right: readonly Topic[]): boolean {
  return left.length === right.length && left.every((topic, index) => topic === right[index]);
}
