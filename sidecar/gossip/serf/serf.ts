/**
 * Serf: members with tags, events and queries on top of memberlist, as hashicorp/serf 0.10 has them.
 *
 * Made by `startSerf` (start-serf.ts), which connects the parts; here is what their owner can do with them.
 */
import { GossipError } from '../errors.ts';
import type { JoinResult, Memberlist } from '../memberlist.ts';
import type { Coordinate } from '../../../protocol/types/coordinate.ts';
import type { SerfCounters } from './counters.ts';
import type { SerfEventListener } from './events.ts';
import type { KeyManager } from './internal/key-manager.ts';
import type { Member, Tags } from './member.ts';
import type { QueryParams } from './query/queries.ts';
import type { RunningQuery } from './query/running-query.ts';
import type { SerfParts } from './serf-parts.ts';
import { renderStats } from './stats.ts';

/** A node that left can still be looked at; one that stopped is gone. */
export type SerfState = 'alive' | 'leaving' | 'left' | 'stopped';

export interface JoinOptions {
  /** Whether user events from before the join are not to be delivered. */
  readonly ignoreOld?: boolean;
}

export class Serf<List extends Memberlist = Memberlist> {
  /** What is below: who is reachable, and at what cost. */
  readonly memberlist: List;
  readonly #parts: SerfParts;
  /** Joins, one after the other: `ignoreOld` of one must not bear upon another. */
  #joining: Promise<unknown> = Promise.resolve();
  #stopping: Promise<void> | undefined;

  constructor(parts: SerfParts, memberlist: List) {
    this.#parts = parts;
    this.memberlist = memberlist;
  }

  get state(): SerfState {
    return this.#parts.lifecycle.state;
  }

  get counters(): SerfCounters {
    return this.#parts.counters;
  }

  get keyManager(): KeyManager {
    return this.#parts.keyManager;
  }

  /**
   * Hears of events from now on, each in the turn in which it happens.
   *
   * @returns a function that ends the listening
   */
  subscribe(listener: SerfEventListener): () => void {
    return this.#parts.listeners.add(listener);
  }

  /** Alive, leaving, left and failed ones, until they are reaped; in no order. */
  members(): Member[] {
    return this.#parts.membership.table.list();
  }

  member(name: string): Member | undefined {
    return this.#parts.membership.table.get(name);
  }

  localMember(): Member {
    const member = this.member(this.#parts.config.name);
    if (member === undefined) throw new GossipError('stopped', 'this node is no member');
    return member;
  }

  /**
   * Exchanges the whole state with each address.
   *
   * @param addresses see Memberlist.join
   * @throws GossipError `refused` after a leave or stop
   */
  join(addresses: readonly string[], { ignoreOld = false }: JoinOptions = {}): Promise<JoinResult> {
    const joined = this.#joining.then(async () => {
      const { lifecycle, membership } = this.#parts;
      if (lifecycle.state !== 'alive') {
        throw new GossipError('refused', "Serf can't Join after Leave or Shutdown");
      }
      lifecycle.ignoresOldEvents = ignoreOld;
      try {
        const result = await this.memberlist.join(addresses);
        if (result.contacted > 0) membership.announceJoin();
        return result;
      } finally {
        lifecycle.ignoresOldEvents = false;
      }
    });
    this.#joining = joined.catch(() => undefined);
    return joined;
  }

  /**
   * Leaves of its own will, and stays up until the others should know. Best effort: those who are not reached see a failure.
   *
   * @throws GossipError `refused` while a leave is under way, and after a stop
   */
  async leave(): Promise<void> {
    const { lifecycle, membership, config, snapshotter, waits, log } = this.#parts;
    if (lifecycle.state === 'left') return;
    if (lifecycle.state !== 'alive') {
      const when = lifecycle.state === 'leaving' ? 'already in progress' : 'called after Shutdown';
      throw new GossipError('refused', `Leave ${when}`);
    }
    lifecycle.state = 'leaving';
    await snapshotter?.leave();
    const isAlone = !membership.hasOthers;
    const message = membership.leave(config.name, false);
    if (!(await this.#broadcast(message))) log.warn('serf: timeout waiting for graceful leave');
    if (!(await this.memberlist.leave(config.broadcastTimeoutMs))) {
      log.warn('serf: timeout waiting for leave broadcast');
    }
    if (!isAlone) await waits.sleep(config.leavePropagateDelayMs);
    if (lifecycle.state === 'leaving') lifecycle.state = 'left';
  }

  /**
   * Makes a failed member one that left: it is no longer waited for.
   *
   * @param prune whether it is erased at once, everywhere
   * @returns false when nobody could be told in time; it is left here all the same
   */
  forceLeave(name: string, prune = false): Promise<boolean> {
    return this.#broadcast(this.#parts.membership.leave(name, prune));
  }

  /**
   * Replaces this node's tags.
   *
   * @returns false when nobody could be told in time; the others learn it later
   * @throws GossipError `too_large`; the tags are then unchanged
   */
  setTags(tags: Tags): Promise<boolean> {
    const { lifecycle, config } = this.#parts;
    lifecycle.setTags(tags);
    return this.memberlist.updateNode(config.broadcastTimeoutMs);
  }

  /** @param coalesce whether receivers may deliver only the last of several with this name. @throws GossipError `too_large` */
  userEvent(name: string, payload: Uint8Array, coalesce: boolean): void {
    this.#parts.userEvents.send(name, payload, coalesce);
  }

  /** @throws GossipError `too_large`, `refused` */
  query(name: string, payload: Uint8Array, params?: QueryParams): RunningQuery {
    return this.#parts.queries.send(name, payload, params);
  }

  get defaultQueryTimeoutMs(): number {
    return this.#parts.defaultQueryTimeoutMs();
  }

  /** This node's estimate of where it stands; undefined where coordinates are off. */
  coordinate(): Coordinate | undefined {
    return this.#parts.coordinates?.own;
  }

  /** What a member said of itself when it was probed last. */
  coordinateOf(name: string): Coordinate | undefined {
    return this.#parts.coordinates?.of(name);
  }

  /** For people, as `serf info` shows it. */
  stats(): Record<string, string> {
    return renderStats(this.#parts, this.memberlist);
  }

  /** Stops at once: who has not left before is seen to fail. Safe to call twice. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const { lifecycle, log, maintenance, membership, queries, pipeline, snapshotter, waits } =
      this.#parts;
    if (lifecycle.state !== 'left') log.warn('serf: Shutdown without a Leave');
    lifecycle.state = 'stopped';
    maintenance.stop();
    membership.stop();
    waits.stop();
    queries.stop();
    await this.memberlist.stop();
    pipeline.stop();
    await snapshotter?.stop();
  }

  /** @returns whether it has gone out within the time; true at once when nobody is there */
  #broadcast(message: Uint8Array): Promise<boolean> {
    const { membership, queues, waits, config } = this.#parts;
    if (!membership.hasOthers) return Promise.resolve(true);
    return waits.within(config.broadcastTimeoutMs, (onFinished) =>
      queues.intents.queue({ message, onFinished }),
    );
  }
}
