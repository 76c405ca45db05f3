/** One sidecar's WebSocket, as the datacenter sees it. */
import { FEATURE_CHANGES, FEATURE_NOTES, splitMessage } from '../../protocol/frames.ts';
import { MAX_FRAMES_IN_FLIGHT } from '../../protocol/limits.ts';
import { encodePushes } from '../../protocol/pushes.ts';
import type { QueryPush, Watcher } from '../watch/watched-query.ts';

/** The part of a hibernatable WebSocket that a link needs. */
export interface LinkSocket {
  send(message: string): void;
  close(code: number, reason: string): void;
  serializeAttachment(value: unknown): void;
  deserializeAttachment(): unknown;
}

/** What survives hibernation with the socket itself; the platform allows 16 KiB. */
export interface LinkAttachment {
  readonly linkId: string;
  readonly nodeId: string;
  readonly nodeName: string;
  readonly epoch: string;
  /** Features that sidecar and datacenter both have. */
  readonly features?: readonly string[];
  /** Milliseconds since 1970; absent in sockets that an older version accepted. */
  readonly openedAt?: number;
}

export class Link implements Watcher {
  readonly socket: LinkSocket;
  readonly attachment: LinkAttachment;
  #nextMessageId = 1;
  /** Of this link, since it opened or the object woke. */
  #frames = 0;
  #lastSeq = 0;

  constructor(socket: LinkSocket, attachment: LinkAttachment) {
    this.socket = socket;
    this.attachment = attachment;
  }

  /**
   * Counts a frame that has come. What was under way on an earlier link comes again on this one before anything else, so
   * only the first few frames may have been applied already.
   *
   * @returns false for a frame that certainly comes for the first time
   */
  mayComeAgain(seq: number): boolean {
    const isFirst = this.#frames++ < MAX_FRAMES_IN_FLIGHT;
    const isOlder = seq <= this.#lastSeq;
    this.#lastSeq = Math.max(this.#lastSeq, seq);
    return isFirst || isOlder;
  }

  get takesChanges(): boolean {
    return this.attachment.features?.includes(FEATURE_CHANGES) === true;
  }

  get takesNotes(): boolean {
    return this.attachment.features?.includes(FEATURE_NOTES) === true;
  }

  deliver(pushes: readonly QueryPush[]): void {
    this.send(encodePushes(pushes));
  }

  /** A socket that closed in the meantime is no error: its close event does what is to be done. */
  send(text: string): void {
    try {
      for (const part of splitMessage(text, this.#nextMessageId++)) this.socket.send(part);
    } catch {
      // The peer is gone; it will ask again for everything over its next link.
    }
  }
}
