/** DNS over TCP: each message is preceded by its length in two bytes (RFC 1035 section 4.2.2). */

/** Puts messages together from a stream's chunks. Holds at most one unfinished message, so at most 64 KB. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** The messages that `chunk` completes. They may share its memory. */
  push(chunk: Buffer): Buffer[] {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const messages: Buffer[] = [];
    let at = 0;
    while (at + 2 <= data.length) {
      const end = at + 2 + data.readUInt16BE(at);
      if (end > data.length) break;
      messages.push(data.subarray(at + 2, end));
      at = end;
    }
    this.#rest = data.subarray(at);
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
