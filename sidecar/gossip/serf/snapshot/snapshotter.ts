import type { Clock, Timer } from '../../clock.ts';
import type { GossipLog } from '../../log.ts';
import type { MemberEvent, SerfEvent } from '../events.ts';
import type { LamportTime } from '../lamport-clock.ts';
import type { Member } from '../member.ts';
import {
  isRecordable,
  LEAVE_LINE,
  renderAlive,
  renderClock,
  renderEventClock,
  renderNotAlive,
  renderQueryClock,
  renderSnapshot,
  replaySnapshot,
} from './snapshot-format.ts';
import type { ReplayResult, SnapshotState } from './snapshot-format.ts';
import type { SnapshotStorage } from './snapshot-storage.ts';

/** Lines are gathered for this long before they are written: what a crash may lose. Serf's value. */
const FLUSH_INTERVAL_MS = 500;

/** After a failed write the whole is written anew, but not more often than this: a full disk stays full for a while. */
const RECOVERY_INTERVAL_MS = 30_000;

/** The file is compacted when it exceeds twice what its members should take, and this. Serf's values. */
const MIN_COMPACT_BYTES = 128 * 1024;
const BYTES_PER_MEMBER = 128;
const COMPACTION_THRESHOLD = 2;

/** Lines that wait for a slow disk. Beyond it they are dropped and the next write is a compaction, which holds everything. */
const MAX_PENDING_BYTES = 1024 * 1024;

export interface SnapshotterOptions {
  readonly storage: SnapshotStorage;
  readonly rejoinAfterLeave: boolean;
  /** The pool's member clock, asked at each flush. */
  readonly time: () => LamportTime;
  readonly clock: Clock;
  readonly log: GossipLog;
}

/** What an earlier run left. @throws the storage's error when it cannot be read at all */
export async function readSnapshot(
  storage: SnapshotStorage,
  rejoinAfterLeave: boolean,
  log: GossipLog,
): Promise<ReplayResult> {
  const replayed = replaySnapshot(await storage.read(), rejoinAfterLeave);
  if (replayed.damaged > 0) log.warn(`snapshot: ${replayed.damaged} lines could not be read`);
  return replayed;
}

/** Records events. A failing disk costs the memory of the pool across a restart, never the pool. */
export class Snapshotter {
  readonly #options: SnapshotterOptions;
  readonly #alive: Map<string, string>;
  #lastClock: LamportTime;
  #lastEventClock: LamportTime;
  #lastQueryClock: LamportTime;

  #pending = '';
  #fileBytes: number;
  #needsCompaction = false;
  #lastRecoveryMs = Number.NEGATIVE_INFINITY;
  #leaving = false;
  #timer: Timer | undefined;
  /** Writes, one after the other. */
  #writing: Promise<void> = Promise.resolve();

  /** @param previous what `readSnapshot` found */
  constructor(options: SnapshotterOptions, { state, damaged, bytes }: ReplayResult) {
    this.#options = options;
    this.#alive = new Map(state.alive);
    this.#lastClock = state.clock;
    this.#lastEventClock = state.eventClock;
    this.#lastQueryClock = state.queryClock;
    this.#fileBytes = bytes;
    // A cut last line would swallow the first one that is appended.
    this.#needsCompaction = damaged > 0;
    this.#arm();
  }

  record(event: SerfEvent): void {
    if (this.#leaving) return;
    if (event.kind === 'user') this.#recordEventTime(event.lTime);
    else if (event.kind === 'query') this.#recordQueryTime(event.query.lTime);
    else this.#recordMembers(event);
  }

  /** The node leaves of its own will: a restart must not rejoin. Nothing is recorded afterwards. */
  async leave(): Promise<void> {
    this.#leaving = true;
    if (!this.#options.rejoinAfterLeave) this.#alive.clear();
    this.#append(LEAVE_LINE);
    await this.#flushNow();
    await this.#attempt(() => this.#options.storage.sync());
  }

  /** Writes what is pending and closes the storage. */
  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#updateClock();
    await this.#flushNow();
    await this.#attempt(() => this.#options.storage.sync());
    await this.#attempt(() => this.#options.storage.close());
  }

  #recordMembers(event: MemberEvent): void {
    for (const member of event.members) {
      if (!isRecordable(member.name)) continue;
      if (event.kind === 'member-join') {
        const address = endpointText(member);
        this.#alive.set(member.name, address);
        this.#append(renderAlive(member.name, address));
      } else if (event.kind === 'member-leave' || event.kind === 'member-failed') {
        this.#alive.delete(member.name);
        this.#append(renderNotAlive(member.name));
      }
    }
    this.#updateClock();
  }

  #recordEventTime(lTime: LamportTime): void {
    if (lTime <= this.#lastEventClock) return;
    this.#lastEventClock = lTime;
    this.#append(renderEventClock(lTime));
  }

  #recordQueryTime(lTime: LamportTime): void {
    if (lTime <= this.#lastQueryClock) return;
    this.#lastQueryClock = lTime;
    this.#append(renderQueryClock(lTime));
  }

  /** Intents move the clock without an event, so it is looked at now and then. */
  #updateClock(): void {
    const seen = this.#options.time() - 1;
    if (this.#leaving || seen <= this.#lastClock) return;
    this.#lastClock = seen;
    this.#append(renderClock(seen));
  }

  #append(line: string): void {
    if (this.#needsCompaction) return;
    this.#pending += line;
    if (this.#pending.length <= MAX_PENDING_BYTES) return;
    this.#pending = '';
    this.#needsCompaction = true;
  }

  #arm(): void {
    this.#timer = this.#options.clock.after(FLUSH_INTERVAL_MS, () => {
      this.#updateClock();
      this.#flush();
      this.#arm();
    });
  }

  #flush(): void {
    if (this.#pending === '' && !this.#needsCompaction) return;
    this.#writing = this.#writing.then(() => this.#write());
  }

  /** Does not wait for the disk to recover: there may be no later. */
  #flushNow(): Promise<void> {
    this.#lastRecoveryMs = Number.NEGATIVE_INFINITY;
    this.#flush();
    return this.#writing;
  }

  async #write(): Promise<void> {
    const limit = Math.max(
      this.#alive.size * BYTES_PER_MEMBER * COMPACTION_THRESHOLD,
      MIN_COMPACT_BYTES,
    );
    if (this.#needsCompaction || this.#fileBytes + this.#pending.length > limit) {
      await this.#compact();
      return;
    }
    const text = this.#pending;
    if (text === '') return;
    this.#pending = '';
    const written = await this.#attempt(() => this.#options.storage.append(text));
    if (written) this.#fileBytes += Buffer.byteLength(text);
    // Part of the text may have got there.
    else this.#needsCompaction = true;
  }

  /** Writes the whole state anew, pending lines included. */
  async #compact(): Promise<void> {
    const nowMs = this.#options.clock.now();
    if (this.#needsCompaction && nowMs - this.#lastRecoveryMs < RECOVERY_INTERVAL_MS) return;
    this.#lastRecoveryMs = nowMs;
    this.#pending = '';
    this.#needsCompaction = false;
    const text = renderSnapshot(this.#state()) + (this.#leaving ? LEAVE_LINE : '');
    if (await this.#attempt(() => this.#options.storage.replace(text))) {
      this.#fileBytes = Buffer.byteLength(text);
    } else {
      this.#pending = '';
      this.#needsCompaction = true;
    }
  }

  #state(): SnapshotState {
    return {
      alive: this.#alive,
      clock: this.#lastClock,
      eventClock: this.#lastEventClock,
      queryClock: this.#lastQueryClock,
    };
  }

  async #attempt(action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      this.#options.log.error(`snapshot: ${String(error)}`);
      return false;
    }
  }
}

function endpointText(member: Member): string {
  const host = member.address.includes(':') ? `[${member.address}]` : member.address;
  return `${host}:${member.port}`;
}
