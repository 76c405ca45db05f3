/** Puts what this node learned or claims in the queue, to be gossiped. A later word about a node replaces an earlier one. */
import type { TransmitLimitedQueue } from '../broadcast/transmit-limited-queue.ts';
import { MessageType } from '../wire/message-type.ts';
import { AliveType, DeadType, SuspectType } from '../wire/messages.ts';
import type { Alive, Dead, Suspect } from '../wire/messages.ts';
import { encodeMessage } from '../wire/msgpack/struct.ts';

export class Announcements {
  readonly #queue: TransmitLimitedQueue;

  constructor(queue: TransmitLimitedQueue) {
    this.#queue = queue;
  }

  /** @param onSent called when it was sent often enough, or replaced */
  alive(message: Alive, onSent?: () => void): void {
    this.#announce(message.node, encodeMessage(MessageType.alive, AliveType, message), onSent);
  }

  suspect(message: Suspect): void {
    this.#announce(message.node, encodeMessage(MessageType.suspect, SuspectType, message));
  }

  dead(message: Dead, onSent?: () => void): void {
    this.#announce(message.node, encodeMessage(MessageType.dead, DeadType, message), onSent);
  }

  #announce(name: string, message: Uint8Array, onSent?: () => void): void {
    this.#queue.queue(
      onSent === undefined ? { name, message } : { name, message, onFinished: onSent },
    );
  }
}
