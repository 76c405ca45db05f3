/**
 * Packs calls into frames. A frame leaves when one of the two slots is free, so under load frames fill by themselves
 * and an idle link sends at once: batching needs no timer.
 *
 * Identical reads that wait for the same frame are sent once; a read never joins one that has already left, as it
 * could miss a write that was acknowledged in between. Frames without an answer are sent again, under their old
 * number, when the link is back: the datacenter applies none twice. It does not remember for ever, so a frame that has waited
 * for too long (the host slept, say) is given up; its callers have been answered long before.
 */
import { RPCError } from '../../protocol/errors.ts';
import type { LinkMethod, Reply, ReplyFrame } from '../../protocol/frames.ts';
import {
  MAX_FRAMES_IN_FLIGHT,
  MAX_FRAME_AGE_MS,
  MAX_FRAME_CHARS,
  MAX_FRAME_OPS,
  MAX_QUEUED_OPS,
} from '../../protocol/limits.ts';
import {
  LOST_STATE,
  MALFORMED,
  MAX_FRAME_ATTEMPTS,
  NOT_TAKEN,
  NO_LINK,
  OVERLOADED,
  STOPPED,
  TOO_OLD,
} from './own-replies.ts';

type Settle = (reply: Reply) => void;

interface PendingOp {
  readonly method: string;
  /** The op's JSON, which is also its identity. */
  readonly text: string;
  readonly queuedAt: number;
  /** A read, or a subscription: whatever it meets, it may be asked again. */
  readonly isRepeatable: boolean;
  /** All callers that wait for this op's reply. */
  readonly callers: Settle[];
}

interface Frame {
  readonly seq: number;
  readonly ops: PendingOp[];
  readonly text: string;
  readonly madeAt: number;
  /** How often it left, on this connection and on earlier ones. */
  attempts: number;
  isOnTheWay: boolean;
}

export interface BatcherOptions {
  send(text: string): void;
  now(): number;
}

/** How long a call waits for a link that is down, as Consul's rpc_hold_timeout. */
const HOLD_MS = 7_000;
/** From here on a frame travels alone, so that it drags no other with it. */
const ATTEMPTS_IN_COMPANY = 2;

export class Batcher {
  readonly #options: BatcherOptions;
  readonly #queue: PendingOp[] = [];
  /** Reads in the queue that later callers may join. */
  readonly #joinable = new Map<string, PendingOp>();
  readonly #inFlight = new Map<number, Frame>();
  #head = 0;
  #nextSeq = 1;
  #connected = false;
  #isStopped = false;
  #holdTimer: NodeJS.Timeout | null = null;
  /** Ops sent since the start, by method: what travels to the datacenter. */
  readonly sentByMethod = new Map<string, number>();
  /** Ops that got no reply from the datacenter, and those that it refused, since the start. */
  failedOps = 0;
  refusedOps = 0;
  /** The highest index that any reply told. */
  lastIndex = 0;
  /** Told how long each op took from its call to its reply, for metrics. */
  onReply: (method: string, ms: number) => void = () => {};

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  get queuedOps(): number {
    return this.#queue.length - this.#head;
  }

  /** @returns the reply; failures are replies with a code. */
  send(method: LinkMethod, args: unknown, token: string, joinable: boolean): Promise<Reply> {
    const text =
      token === '' ? JSON.stringify([method, args]) : JSON.stringify([method, args, token]);
    return new Promise((resolve) => {
      const waiting = joinable ? this.#joinable.get(text) : undefined;
      if (waiting !== undefined) {
        waiting.callers.push(resolve);
        return;
      }
      if (this.#isStopped) {
        resolve(STOPPED);
        return;
      }
      if (this.queuedOps >= MAX_QUEUED_OPS) {
        resolve(OVERLOADED);
        return;
      }
      const op: PendingOp = {
        method,
        text,
        queuedAt: this.#options.now(),
        isRepeatable: joinable || method.startsWith('link.'),
        callers: [resolve],
      };
      this.#queue.push(op);
      this.sentByMethod.set(method, (this.sentByMethod.get(method) ?? 0) + 1);
      if (joinable) this.#joinable.set(text, op);
      if (this.#connected) this.#pump();
      else this.#armHold();
    });
  }

  /**
   * The link is up. Frames without an answer go first, in their old order.
   *
   * @param sameState false after a restore: callers of writes that were under way are told that nobody knows what
   * became of them
   */
  connected(sameState: boolean): void {
    this.#connected = true;
    if (this.#holdTimer !== null) clearTimeout(this.#holdTimer);
    this.#holdTimer = null;
    if (!sameState) this.#startOver();
    for (const frame of this.#inFlight.values()) {
      frame.isOnTheWay = false;
      if (frame.attempts >= MAX_FRAME_ATTEMPTS) this.#giveUp(frame, NOT_TAKEN);
      else if (this.#options.now() - frame.madeAt > MAX_FRAME_AGE_MS) this.#giveUp(frame, TOO_OLD);
    }
    this.#pump();
  }

  /** What the old frames meant is void. Their reads are asked anew, in the order of their arrival; writes are not. */
  #startOver(): void {
    const again: PendingOp[] = [];
    for (const { ops } of this.#inFlight.values()) {
      for (const op of ops) {
        if (op.isRepeatable) again.push(op);
        else settle(op, LOST_STATE);
      }
    }
    this.#inFlight.clear();
    this.#queue.splice(this.#head, 0, ...again);
  }

  disconnected(): void {
    this.#connected = false;
    if (this.queuedOps > 0 || this.#inFlight.size > 0) this.#armHold();
  }

  receive(frame: ReplyFrame): void {
    const sent = this.#inFlight.get(frame.seq);
    // A frame that was sent twice is answered twice; the second answer finds nobody.
    if (sent === undefined) return;
    this.#inFlight.delete(frame.seq);
    this.#pump();
    const now = this.#options.now();
    sent.ops.forEach((op, at) => {
      const reply = frame.replies[at] ?? MALFORMED;
      if (reply.code !== undefined) this.refusedOps++;
      else if (reply.index > this.lastIndex) this.lastIndex = reply.index;
      settle(op, reply);
      this.onReply(op.method, now - op.queuedAt);
    });
  }

  /** Nobody is left waiting, nor does anybody begin to. */
  stop(): void {
    this.#isStopped = true;
    if (this.#holdTimer !== null) clearTimeout(this.#holdTimer);
    this.#rejectOlderThan(Number.POSITIVE_INFINITY, STOPPED);
  }

  #pump(): void {
    if (!this.#connected || !this.#sendAgain()) return;
    while (this.#inFlight.size < MAX_FRAMES_IN_FLIGHT && this.queuedOps > 0) {
      const frame = this.#nextFrame();
      this.#inFlight.set(frame.seq, frame);
      this.#send(frame);
    }
  }

  /**
   * Frames of an earlier connection, in their old order.
   *
   * @returns false while one is under way that is to travel alone
   */
  #sendAgain(): boolean {
    for (const frame of this.#inFlight.values()) {
      if (!frame.isOnTheWay) this.#send(frame);
      if (frame.attempts > ATTEMPTS_IN_COMPANY) return false;
    }
    return true;
  }

  #send(frame: Frame): void {
    frame.isOnTheWay = true;
    frame.attempts++;
    this.#options.send(frame.text);
  }

  /** It is not sent again: what its callers are told must stay true. */
  #giveUp(frame: Frame, reply: Reply): void {
    this.#inFlight.delete(frame.seq);
    for (const op of frame.ops) this.#fail(op, reply);
  }

  /** Once for each op, whether or not somebody still waits for it. */
  #fail(op: PendingOp, reply: Reply): void {
    if (op.callers.length > 0) this.failedOps++;
    settle(op, reply);
  }

  #nextFrame(): Frame {
    const ops: PendingOp[] = [];
    let chars = 0;
    while (this.#head < this.#queue.length && ops.length < MAX_FRAME_OPS) {
      const op = this.#queue[this.#head]!;
      if (ops.length > 0 && chars + op.text.length > MAX_FRAME_CHARS) break;
      chars += op.text.length;
      ops.push(op);
      this.#joinable.delete(op.text);
      this.#head++;
    }
    this.#compact();
    const seq = this.#nextSeq++;
    const text = `{"seq":${seq},"ops":[${ops.map((op) => op.text).join(',')}]}`;
    return { seq, ops, text, madeAt: this.#options.now(), attempts: 0, isOnTheWay: false };
  }

  /** The queue is an array with a moving head: shifting each op would cost the length of the queue. */
  #compact(): void {
    if (this.#head === this.#queue.length) this.#queue.length = 0;
    else if (this.#head > MAX_FRAME_OPS) this.#queue.splice(0, this.#head);
    else return;
    this.#head = 0;
  }

  #armHold(): void {
    this.#holdTimer ??= setTimeout(() => {
      this.#holdTimer = null;
      this.#rejectOlderThan(this.#options.now() - HOLD_MS, NO_LINK);
      if (!this.#connected && (this.queuedOps > 0 || this.#hasWaitingFrames())) this.#armHold();
    }, HOLD_MS / 4);
  }

  #hasWaitingFrames(): boolean {
    return this.#inFlight.values().some((frame) => frame.ops.some((op) => op.callers.length > 0));
  }

  #rejectOlderThan(time: number, reply: Reply): void {
    for (const frame of this.#inFlight.values()) {
      for (const op of frame.ops) if (op.queuedAt <= time) this.#fail(op, reply);
    }
    // Ops are in the order of their arrival. What has not left yet is withdrawn, so it is certainly not applied.
    while (this.#head < this.#queue.length && this.#queue[this.#head]!.queuedAt <= time) {
      const op = this.#queue[this.#head++]!;
      this.#joinable.delete(op.text);
      this.#fail(op, reply);
    }
    this.#compact();
  }
}

function settle(op: PendingOp, reply: Reply): void {
  for (const caller of op.callers.splice(0)) caller(reply);
}

/** @throws RPCError when the reply is a failure */
export function unwrapReply(reply: Reply): Reply {
  if (reply.code !== undefined) throw new RPCError(reply.code, reply.body);
  return reply;
}
