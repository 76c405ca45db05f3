/**
 * Join and leave intents on top of the table of members: who is told of them, when they are refuted, and what they erase.
 *
 * An intent says what memberlist cannot: that a node which stops answering meant to.
 */
import type { TransmitLimitedQueue } from '../broadcast/transmit-limited-queue.ts';
import type { Clock, Timer } from '../clock.ts';
import type { GossipLog } from '../log.ts';
import type { SerfConfig } from './config.ts';
import type { SerfCounters } from './counters.ts';
import type { MemberEvent } from './events.ts';
import { LamportClock } from './lamport-clock.ts';
import type { LamportTime } from './lamport-clock.ts';
import { MemberTable } from './member-table.ts';
import { encodeJoin, encodeLeave } from './messages/intents.ts';
import type { JoinMessage, LeaveMessage } from './messages/intents.ts';
import type { PushPullMessage } from './messages/push-pull.ts';
import { decodeTags } from './messages/tags.ts';
import { RecentIntents } from './recent-intents.ts';

export interface MembershipOptions {
  readonly config: SerfConfig;
  readonly queue: TransmitLimitedQueue;
  readonly clock: Clock;
  readonly counters: SerfCounters;
  readonly log: GossipLog;
  readonly onEvent: (event: MemberEvent) => void;
  readonly onErase: (name: string) => void;
  /** Whether this node means to stay: only then does it refute that it leaves. */
  readonly isStaying: () => boolean;
  /** The member clock of an earlier run. */
  readonly previousTime: LamportTime;
}

export class Membership {
  readonly table: MemberTable;
  readonly #options: MembershipOptions;
  readonly #clock = new LamportClock();
  readonly #intents = new RecentIntents();
  readonly #prunes = new Map<string, Timer>();

  constructor(options: MembershipOptions) {
    this.#options = options;
    const { config, counters, onEvent, onErase } = options;
    this.table = new MemberTable({
      decodeTags,
      intents: this.#intents,
      onEvent,
      onErase,
      onReturn: (_, downMs) => {
        if (downMs < config.flapTimeoutMs) counters.memberFlaps++;
      },
    });
    // A member without any intent has the time 0.
    this.#clock.increment();
    this.#clock.witness(options.previousTime);
  }

  get time(): LamportTime {
    return this.#clock.time;
  }

  /** Whether anybody is there to be told something. */
  get hasOthers(): boolean {
    const { name } = this.#options.config;
    return this.table.list().some((member) => member.status === 'alive' && member.name !== name);
  }

  /** Tells the pool that this node is here to stay. */
  announceJoin(): void {
    const join: JoinMessage = { lTime: this.#clock.time, node: this.#options.config.name };
    this.receiveJoin(join);
    this.#options.queue.queue({ message: encodeJoin(join) });
  }

  /**
   * Marks a member, most often this node itself, as leaving, or as left if it has failed.
   *
   * @returns what to tell the others
   */
  leave(node: string, prune: boolean): Uint8Array {
    const leave: LeaveMessage = { lTime: this.#clock.time, node, prune };
    this.#clock.increment();
    this.receiveLeave(leave);
    return encodeLeave(leave);
  }

  /** @returns whether it was news, to be passed on */
  receiveJoin(join: JoinMessage): boolean {
    this.#clock.witness(join.lTime);
    return this.table.joinIntent(join, this.#options.clock.now());
  }

  /** @returns whether it was news, to be passed on */
  receiveLeave(leave: LeaveMessage): boolean {
    const { config, isStaying, log, clock } = this.#options;
    this.#clock.witness(leave.lTime);
    const isSelf = leave.node === config.name;
    if (isSelf && isStaying() && this.table.isNews(leave.node, leave.lTime)) {
      log.debug('serf: refuting an older leave intent');
      this.announceJoin();
      return false;
    }
    const { rebroadcast, prune } = this.table.leaveIntent(leave, clock.now());
    if (prune === 'leaving') this.#pruneLater(leave.node);
    else if (prune !== undefined) this.table.erase(leave.node);
    return rebroadcast;
  }

  /** What a peer knows of the members. */
  merge({ lTime, statusLTimes, leftMembers }: PushPullMessage): void {
    // The peer's time is that of its next message, which nobody has seen yet.
    if (lTime > 0) this.#clock.witness(lTime - 1);
    const left = new Set(leftMembers);
    // Leaves first, and one past the time of the join: the peer took the leave for newer than that, or it would not list it.
    for (const node of left) {
      this.receiveLeave({ node, lTime: (statusLTimes.get(node) ?? 0) + 1, prune: false });
    }
    for (const [node, statusLTime] of statusLTimes) {
      if (!left.has(node)) this.receiveJoin({ node, lTime: statusLTime });
    }
  }

  reap(): void {
    const { config, clock } = this.#options;
    const nowMs = clock.now();
    this.table.reap(nowMs, (member) => {
      const { reconnectTimeoutMs, tombstoneTimeoutMs, reconnectTimeoutOverride } = config;
      const timeoutMs = member.status === 'failed' ? reconnectTimeoutMs : tombstoneTimeoutMs;
      return reconnectTimeoutOverride?.(member, timeoutMs) ?? timeoutMs;
    });
    this.#intents.reap(nowMs, config.recentIntentTimeoutMs);
  }

  stop(): void {
    for (const timer of this.#prunes.values()) timer.cancel();
    this.#prunes.clear();
  }

  /** It still answers probes; erased now, the next push/pull would bring it back as alive. */
  #pruneLater(node: string): void {
    const { clock, config } = this.#options;
    this.#prunes.get(node)?.cancel();
    const delayMs = config.broadcastTimeoutMs + config.leavePropagateDelayMs;
    const timer = clock.after(delayMs, () => {
      this.#prunes.delete(node);
      this.table.erase(node);
    });
    this.#prunes.set(node, timer);
  }
}
