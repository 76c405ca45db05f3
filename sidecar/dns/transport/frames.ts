/** DNS over TCP: each message is preceded by its length in two bytes (RFC 1035 section 4.2.2). */

/**
 * Puts messages together from a stream's chunks. Holds one unfinished message at most, so at most 64 KB. Chunks are
 * joined only when they complete a message: a client that sends single bytes costs no more than another.
 */
export class FrameReader {
  #pieces: Buffer[] = [];
  #heldBytes = 0;
  /** Bytes, length prefix included, without which no message can be complete. */
  #neededBytes = 2;

  /** The messages that `chunk` completes. They may share its memory. */
  push(chunk: Buffer): Buffer[] {
    this.#pieces.push(chunk);
    this.#heldBytes += chunk.length;
    const messages: Buffer[] = [];
    if (this.#heldBytes < this.#neededBytes) return messages;
    const data = this.#pieces.length === 1 ? chunk : Buffer.concat(this.#pieces);
    let at = 0;
    this.#neededBytes = 2;
    while (at + 2 <= data.length) {
      const end = at + 2 + data.readUInt16BE(at);
      this.#neededBytes = end - at;
      if (end > data.length) break;
      messages.push(data.subarray(at + 2, end));
      at = end;
      this.#neededBytes = 2;
    }
    this.#heldBytes = data.length - at;
    this.#pieces = this.#heldBytes === 0 ? [] : [data.subarray(at)];
    return messages;
  }
}

/** `message` has at most 65,535 bytes. */
export function frame(message: Buffer): Buffer {
  const framed = Buffer.allocUnsafe(message.length + 2);
  framed.writeUInt16BE(message.length, 0);
  framed.set(message, 2);
  return framed;
}
