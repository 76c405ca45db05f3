/** From the content of a packet to the messages in it: compound and compressed ones are opened, recursively. */
import type { Refusal } from '../counters.ts';
import { forEachPart } from './compound.ts';
import { decompress } from './compression.ts';
import { MAX_DECOMPRESSED_PACKET_BYTES, MAX_NESTING } from './limits.ts';
import { MessageType } from './message-type.ts';
import { CompressedType } from './messages.ts';
import { decodeValue } from './msgpack/struct.ts';

export interface MessageVisitor {
  /** @param body what follows the type byte; a view that is valid as long as nobody writes to the packet */
  onMessage(type: number, body: Uint8Array): void;
  onRefused(reason: Refusal): void;
}

/** Problems of one part do not keep the others from being read. */
export class Unpacker {
  readonly #visitor: MessageVisitor;
  /** For all compressed parts of one packet together: 255 small bombs are one large one. */
  #decompressible = 0;

  constructor(visitor: MessageVisitor) {
    this.#visitor = visitor;
  }

  unpack(message: Uint8Array): void {
    this.#decompressible = MAX_DECOMPRESSED_PACKET_BYTES;
    this.#open(message, 0);
  }

  #open(message: Uint8Array, depth: number): void {
    const type = message[0];
    if (type === undefined) this.#visitor.onRefused('truncated');
    else if (type === MessageType.compound) this.#openCompound(message.subarray(1), depth);
    else if (type === MessageType.compressed) this.#openCompressed(message.subarray(1), depth);
    else this.#visitor.onMessage(type, message.subarray(1));
  }

  #openCompound(body: Uint8Array, depth: number): void {
    if (depth >= MAX_NESTING) return this.#visitor.onRefused('nesting');
    const whole = forEachPart(body, (part) => this.#open(part, depth + 1));
    if (!whole) this.#visitor.onRefused('truncated');
  }

  #openCompressed(body: Uint8Array, depth: number): void {
    if (depth >= MAX_NESTING) return this.#visitor.onRefused('nesting');
    const compressed = decodeValue(CompressedType, body);
    if (typeof compressed === 'string') return this.#visitor.onRefused(compressed);
    const plain = decompress(compressed, this.#decompressible);
    if (typeof plain === 'string') return this.#visitor.onRefused(plain);
    this.#decompressible -= plain.length;
    this.#open(plain, depth + 1);
  }
}
