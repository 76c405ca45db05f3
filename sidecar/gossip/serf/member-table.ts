/**
 * The members and what is known of their coming and going: memberlist tells who is up, intents tell what they meant.
 *
 * Pure state: times come in, events go out through the callback in the order in which things happened.
 */
import type { GossipNode } from '../gossip-node.ts';
import type { MemberEvent, MemberEventKind } from './events.ts';
import type { LamportTime } from './lamport-clock.ts';
import type { Member, MemberStatus, Tags } from './member.ts';
import type { Intent, IntentKind, RecentIntents } from './recent-intents.ts';

interface MemberState {
  member: Member;
  /** Of the newest intent. */
  statusLTime: LamportTime;
  /** When it failed or left. */
  goneAtMs: number;
}

export interface LeaveIntent {
  readonly lTime: LamportTime;
  readonly node: string;
  readonly prune: boolean;
}

export interface LeaveVerdict {
  readonly rebroadcast: boolean;
  /** The status in which the member is to be pruned, if it is. */
  readonly prune?: MemberStatus;
}

const STALE: LeaveVerdict = { rebroadcast: false };

export interface MemberTableOptions {
  readonly decodeTags: (meta: Uint8Array) => Tags;
  readonly intents: RecentIntents;
  readonly onEvent: (event: MemberEvent) => void;
  readonly onErase: (name: string) => void;
  /** A failed member is back. @param downMs how long it was gone */
  readonly onReturn: (name: string, downMs: number) => void;
}

export class MemberTable {
  readonly #options: MemberTableOptions;
  readonly #states = new Map<string, MemberState>();

  constructor(options: MemberTableOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#states.size;
  }

  get(name: string): Member | undefined {
    return this.#states.get(name)?.member;
  }

  list(): Member[] {
    return [...this.#states.values()].map((state) => state.member);
  }

  withStatus(status: MemberStatus): Member[] {
    return this.list().filter((member) => member.status === status);
  }

  statusTimes(): Map<string, LamportTime> {
    return new Map([...this.#states].map(([name, state]) => [name, state.statusLTime]));
  }

  joined(node: GossipNode, nowMs: number): void {
    const known = this.#states.get(node.name);
    if (known === undefined) {
      this.#states.set(node.name, this.#newState(node));
    } else {
      if (known.member.status === 'failed') {
        this.#options.onReturn(node.name, nowMs - known.goneAtMs);
      }
      known.member = this.#memberOf(node, 'alive');
    }
    this.#emit('member-join', node.name);
  }

  /** Memberlist found the node dead, or heard its last word; whether it failed or left is what its intents say. */
  gone(name: string, nowMs: number): void {
    const state = this.#states.get(name);
    if (state === undefined) return;
    if (state.member.status === 'leaving') {
      this.#setStatus(state, 'left');
      state.goneAtMs = nowMs;
      this.#emit('member-leave', name);
    } else if (state.member.status === 'alive') {
      this.#setStatus(state, 'failed');
      state.goneAtMs = nowMs;
      this.#emit('member-failed', name);
    }
  }

  updated(node: GossipNode): void {
    const state = this.#states.get(node.name);
    if (state === undefined) return;
    state.member = this.#memberOf(node, state.member.status);
    this.#emit('member-update', node.name);
  }

  /** Whether the intent is newer than what is known of this member; false when it is no member. */
  isNews(name: string, lTime: LamportTime): boolean {
    const state = this.#states.get(name);
    return state !== undefined && lTime > state.statusLTime;
  }

  leaveIntent(intent: LeaveIntent, nowMs: number): LeaveVerdict {
    const state = this.#states.get(intent.node);
    if (state === undefined) return { rebroadcast: this.#buffer('leave', intent, nowMs) };
    if (intent.lTime <= state.statusLTime) return STALE;
    // Also when the status stays as it is: two nodes that both missed this would send the intent to and fro for ever
    // (hashicorp/consul issue 8179).
    state.statusLTime = intent.lTime;
    if (state.member.status === 'alive') {
      this.#setStatus(state, 'leaving');
    } else if (state.member.status === 'failed') {
      this.#setStatus(state, 'left');
      this.#emit('member-leave', intent.node);
    }
    return intent.prune ? { rebroadcast: true, prune: state.member.status } : { rebroadcast: true };
  }

  /** @returns whether to tell the others */
  joinIntent(intent: { readonly node: string; readonly lTime: LamportTime }, nowMs: number) {
    const state = this.#states.get(intent.node);
    if (state === undefined) return this.#buffer('join', intent, nowMs);
    if (intent.lTime <= state.statusLTime) return false;
    state.statusLTime = intent.lTime;
    if (state.member.status === 'leaving') this.#setStatus(state, 'alive');
    return true;
  }

  /** Erases whom `timeoutMs` says to have been gone for long enough. */
  reap(nowMs: number, timeoutMs: (member: Member) => number): void {
    for (const { member, goneAtMs } of this.#states.values()) {
      const isGone = member.status === 'failed' || member.status === 'left';
      if (isGone && nowMs - goneAtMs > timeoutMs(member)) this.erase(member.name);
    }
  }

  erase(name: string): void {
    const state = this.#states.get(name);
    if (state === undefined) return;
    this.#states.delete(name);
    this.#options.onErase(name);
    this.#options.onEvent({ kind: 'member-reap', members: [state.member] });
  }

  #newState(node: GossipNode): MemberState {
    const intent: Intent | undefined = this.#options.intents.of(node.name);
    const status = intent?.kind === 'leave' ? 'leaving' : 'alive';
    const member = this.#memberOf(node, status);
    return { member, statusLTime: intent?.lTime ?? 0, goneAtMs: 0 };
  }

  #memberOf(node: GossipNode, status: MemberStatus): Member {
    const { name, address, port, versions } = node;
    return { name, address, port, versions, status, tags: this.#options.decodeTags(node.meta) };
  }

  #setStatus(state: MemberState, status: MemberStatus): void {
    state.member = { ...state.member, status };
  }

  #buffer(
    kind: IntentKind,
    intent: { readonly node: string; readonly lTime: LamportTime },
    nowMs: number,
  ): boolean {
    return this.#options.intents.upsert(intent.node, kind, intent.lTime, nowMs);
  }

  #emit(kind: MemberEventKind, name: string): void {
    const member = this.get(name);
    if (member !== undefined) this.#options.onEvent({ kind, members: [member] });
  }
}
