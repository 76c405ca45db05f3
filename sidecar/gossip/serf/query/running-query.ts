import type { LamportTime } from '../lamport-clock.ts';
import { QUERY_FLAG_ACK } from '../messages/query.ts';
import type { QueryResponseMessage } from '../messages/query.ts';

export interface NodeResponse {
  readonly from: string;
  readonly payload: Uint8Array;
}

export interface QueryOutcome {
  /** Who has received the query, if acknowledgements were asked for. */
  readonly acks: readonly string[];
  readonly responses: readonly NodeResponse[];
}

export interface QueryListener {
  readonly onAck?: (from: string) => void;
  readonly onResponse?: (response: NodeResponse) => void;
}

export interface RunningQueryOptions {
  readonly id: number;
  readonly lTime: LamportTime;
  readonly deadlineMs: number;
  readonly wantsAcks: boolean;
  /** Of each, acknowledgements and responses: twice the members, for some may join meanwhile. */
  readonly maxAnswers: number;
  readonly listener: QueryListener;
  readonly onClose: () => void;
}

/** A query of ours: gathers what comes back until its deadline, one answer a node. */
export class RunningQuery {
  readonly id: number;
  readonly lTime: LamportTime;
  /** By the pool's clock. */
  readonly deadlineMs: number;
  /** Resolves at the deadline, or when it is closed before. Never rejects. */
  readonly finished: Promise<QueryOutcome>;
  readonly #options: RunningQueryOptions;
  readonly #acks = new Set<string>();
  readonly #responses = new Map<string, NodeResponse>();
  #isClosed = false;
  #resolve: (outcome: QueryOutcome) => void = () => {};

  constructor(options: RunningQueryOptions) {
    this.#options = options;
    this.id = options.id;
    this.lTime = options.lTime;
    this.deadlineMs = options.deadlineMs;
    this.finished = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** @returns whether the answer was news; more answers than members are none */
  receive(message: QueryResponseMessage): boolean {
    if (this.#isClosed) return false;
    const isAck = (message.flags & QUERY_FLAG_ACK) !== 0;
    return isAck ? this.#receiveAck(message.from) : this.#receiveResponse(message);
  }

  /** Ends the gathering now; what comes later is dropped. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.onClose();
    this.#resolve({ acks: [...this.#acks], responses: [...this.#responses.values()] });
  }

  #receiveAck(from: string): boolean {
    const { wantsAcks, maxAnswers, listener } = this.#options;
    if (!wantsAcks || this.#acks.has(from) || this.#acks.size >= maxAnswers) return false;
    this.#acks.add(from);
    listener.onAck?.(from);
    return true;
  }

  #receiveResponse({ from, payload }: QueryResponseMessage): boolean {
    const { maxAnswers, listener } = this.#options;
    if (this.#responses.has(from) || this.#responses.size >= maxAnswers) return false;
    const response: NodeResponse = { from, payload: new Uint8Array(payload) };
    this.#responses.set(from, response);
    listener.onResponse?.(response);
    return true;
  }
}
