import { GossipError } from '../errors.ts';
import type { PeerAddress } from '../transport.ts';
import type { LamportTime } from './lamport-clock.ts';
import type { QueryMessage } from './messages/query.ts';
import type { Responder } from './query/responder.ts';

/** A query that means this node. It can be answered once, until its deadline. */
export class ReceivedQuery {
  readonly lTime: LamportTime;
  readonly id: number;
  readonly name: string;
  readonly payload: Uint8Array;
  /** Who asks; empty from Serf before 0.9. */
  readonly sourceNode: string;
  /** By the pool's clock. */
  readonly deadlineMs: number;
  readonly #source: PeerAddress;
  readonly #relayFactor: number;
  readonly #responder: Responder;
  #isAnswered = false;

  constructor(query: QueryMessage, source: PeerAddress, deadlineMs: number, responder: Responder) {
    this.lTime = query.lTime;
    this.id = query.id;
    this.name = query.name;
    this.payload = new Uint8Array(query.payload);
    this.sourceNode = query.sourceNode;
    this.deadlineMs = deadlineMs;
    this.#source = source;
    this.#relayFactor = query.relayFactor;
    this.#responder = responder;
  }

  /** Whether this answer is within the pool's limit on responses. */
  fits(payload: Uint8Array): boolean {
    return this.#responder.fits(this.#encode(payload));
  }

  /** @throws GossipError `refused` the second time, `timeout` past the deadline, `too_large`, `send_failed` */
  respond(payload: Uint8Array): void {
    if (this.#isAnswered) throw new GossipError('refused', 'response already sent');
    if (this.#responder.nowMs() > this.deadlineMs) {
      throw new GossipError('timeout', 'response is past the deadline');
    }
    this.#responder.respond(this.#source, this.#encode(payload), this.#relayFactor);
    this.#isAnswered = true;
  }

  #encode(payload: Uint8Array): Uint8Array {
    const { lTime, id } = this;
    const from = this.#responder.nodeName;
    return this.#responder.encode({ lTime, id, from, flags: 0, payload });
  }
}
