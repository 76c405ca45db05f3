import type { Clock, Timer } from '../clock.ts';
import type { Refusal } from '../counters.ts';
import type { GossipStream } from '../transport.ts';
import type { PacketSecurity } from '../wire/packet.ts';
import { StreamBuffer } from '../wire/stream-buffer.ts';
import type { ByteBudget } from '../wire/stream-buffer.ts';
import { StreamReader } from '../wire/stream-envelope.ts';
import type { StreamMessage } from '../wire/stream-message.ts';

/** `closed`: the other side ended before it said anything; that is no offence. */
export type Reception = StreamMessage | Refusal | 'closed';

export interface ReceptionOptions {
  readonly clock: Clock;
  readonly security: PacketSecurity;
  readonly budget: ByteBudget;
  readonly timeoutMs: number;
  /** Whether a label stands first: on accepted streams only. */
  readonly labelled: boolean;
}

/** Receives the one message that the other side of a stream sends, within a time and a budget. */
export class StreamReception {
  readonly #reader: StreamReader;
  readonly #buffer: StreamBuffer;
  readonly #timer: Timer;
  readonly #done: (reception: Reception, receivedBytes: number) => void;
  #isDone = false;
  #receivedBytes = 0;

  /** @param done called once, maybe before this returns; what it gets is only valid during the call where it is a view into what was received */
  constructor(
    stream: GossipStream,
    { clock, security, budget, timeoutMs, labelled }: ReceptionOptions,
    done: (reception: Reception, receivedBytes: number) => void,
  ) {
    this.#reader = new StreamReader(security, { labelled });
    this.#buffer = new StreamBuffer(budget);
    this.#done = done;
    this.#timer = clock.after(timeoutMs, () => this.#finish('timeout'));
    stream.listen({
      onData: (chunk) => this.#onData(chunk),
      onEnd: () => this.#finish(this.#receivedBytes === 0 ? 'closed' : 'truncated'),
    });
  }

  /** Gives up without a word. */
  stop(): void {
    this.#isDone = true;
    this.#timer.cancel();
    this.#buffer.release();
  }

  #onData(chunk: Uint8Array): void {
    if (this.#isDone) return;
    this.#receivedBytes += chunk.length;
    if (!this.#buffer.append(chunk)) return this.#finish('too_busy');
    const message = this.#reader.read(this.#buffer.received);
    if (message !== 'truncated') this.#finish(message);
  }

  #finish(reception: Reception): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#timer.cancel();
    this.#done(reception, this.#receivedBytes);
    this.#buffer.release();
  }
}
