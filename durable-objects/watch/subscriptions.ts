/**
 * Who watches what, and the one place where a write turns into pushes.
 *
 * A write looks up the topics that it touched; only the queries found there are evaluated, each once, and their
 * answers serialised once for all watchers. Nothing is told before the writes succeeded, and the platform's output
 * gate holds what is sent until they are durable.
 */
import { MAX_PUSH_ANSWER_CHARS } from '../../protocol/limits.ts';
import type { Reading } from '../state/kv-read.ts';
import type { Publisher, Touched } from '../writer.ts';
import type { Topic } from './topics.ts';
import type { QueryPush, WatchedQuery, Watcher } from './watched-query.ts';

/** Evaluates a query now. Throws RPCError when the token may no longer see it. */
export type Evaluate = (query: WatchedQuery) => Reading;

export class Subscriptions implements Publisher {
  readonly #byIdentity = new Map<string, WatchedQuery>();
  readonly #byTopic = new Map<Topic, Set<WatchedQuery>>();
  readonly #byWatcher = new Map<Watcher, Map<number, WatchedQuery>>();
  readonly #evaluate: Evaluate;
  #prefixQueries = 0;

  constructor(evaluate: Evaluate) {
    this.#evaluate = evaluate;
  }

  get size(): number {
    return this.#byIdentity.size;
  }

  countOf(watcher: Watcher): number {
    return this.#byWatcher.get(watcher)?.size ?? 0;
  }

  watchesPrefixes(): boolean {
    return this.#prefixQueries > 0;
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

  publish(touched: Touched): void {
    if (this.#byIdentity.size === 0) return;
    const due = new Set<WatchedQuery>();
    for (const topic of touched.keys()) {
      for (const query of this.#byTopic.get(topic) ?? []) due.add(query);
    }
    const outgoing = new Map<Watcher, QueryPush[]>();
    for (const query of due) this.#collect(query, outgoing);
    for (const [watcher, pushes] of outgoing) watcher.deliver(pushes);
  }

  #collect(query: WatchedQuery, outgoing: Map<Watcher, QueryPush[]>): void {
    const reading = this.#read(query);
    if (reading?.topics !== undefined) this.#follow(query, reading.topics);
    // An equal index means that a later write of the batch was evaluated already.
    if (reading?.index === query.lastIndex) return;
    const body =
      reading === null || reading.body.length > MAX_PUSH_ANSWER_CHARS ? null : reading.body;
    query.lastIndex = reading?.index ?? query.lastIndex;
    for (const [watcher, id] of query.watchers) {
      const push = { id, index: query.lastIndex, body };
      const pushes = outgoing.get(watcher);
      if (pushes === undefined) outgoing.set(watcher, [push]);
      else pushes.push(push);
    }
  }

  /**
   * Null for a query that cannot be read any more: its watchers are told to read, and get the error themselves. Whatever
   * goes wrong here, the writes are committed: their writers must not be told otherwise.
   */
  #read(query: WatchedQuery): Reading | null {
    try {
      return this.#evaluate(query);
    } catch {
      return null;
    }
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
    const queries = this.#byTopic.get(topic);
    queries?.delete(query);
    if (queries?.size === 0) this.#byTopic.delete(topic);
  }
}

function sameTopics(left: readonly Topic[], right: readonly Topic[]): boolean {
  return left.length === right.length && left.every((topic, index) => topic === right[index]);
}
