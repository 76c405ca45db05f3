/** The whole state, as it travels in streams: header, nodes, user state (memberlist's sendLocalState). */
import { MAX_NODE_NAME_BYTES, MAX_PUSH_PULL_NODES, MAX_USER_STATE_BYTES } from './limits.ts';
import { MessageType } from './message-type.ts';
import { PushPullHeaderType, PushPullNodeType } from './messages.ts';
import type { PushPullHeader, PushPullNode } from './messages.ts';
import type { MessagePackReader, ReadFailure } from '../../../http-api/message-pack/reader.ts';
import { MessagePackWriter } from './msgpack/writer.ts';

export interface PushPull {
  readonly join: boolean;
  /** Their byte fields are views into what was received. */
  readonly nodes: readonly PushPullNode[];
  readonly userState: Uint8Array;
}

const EMPTY = new Uint8Array(0);

/** @param nodes walked once, each encoded before the next is asked for */
export function encodePushPull(
  nodes: Iterable<PushPullNode>,
  nodeCount: number,
  userState: Uint8Array,
  join: boolean,
): Uint8Array {
  const writer = new MessagePackWriter();
  writer.byte(MessageType.pushPull);
  const header = { nodes: nodeCount, userStateBytes: userState.length, join };
  PushPullHeaderType.write(writer, header);
  for (const node of nodes) PushPullNodeType.write(writer, node);
  writer.verbatim(userState);
  return writer.finish();
}

/**
 * Reads a push/pull piece by piece: what was read stays read when the bytes end in the middle, so a large state that comes in
 * many small chunks costs no more than one that comes at once.
 */
export class PushPullParser {
  #header: PushPullHeader | undefined;
  readonly #nodes: PushPullNode[] = [];
  /** Up to where everything is read; the reader's `offset` after a truncation is of no meaning. */
  #consumed: number;

  /** @param start where the header begins, after the type byte */
  constructor(start: number) {
    this.#consumed = start;
  }

  /** @param received everything from the first byte on @returns `truncated` when more is needed */
  parse(reader: MessagePackReader, received: Uint8Array): PushPull | ReadFailure {
    reader.reset(received, this.#consumed, MAX_USER_STATE_BYTES);
    const header = (this.#header ??= this.#readHeader(reader));
    if (header === undefined) return reader.failure ?? 'malformed';
    while (this.#nodes.length < header.nodes) {
      const node = PushPullNodeType.read(reader);
      if (reader.failure !== undefined) return reader.failure;
      if (node.name.length > MAX_NODE_NAME_BYTES) return 'too_large';
      this.#nodes.push(node);
      this.#consumed = reader.offset;
    }
    return this.#withUserState(header, received);
  }

  #readHeader(reader: MessagePackReader): PushPullHeader | undefined {
    const header = PushPullHeaderType.read(reader);
    if (reader.failure !== undefined) return undefined;
    const { nodes, userStateBytes } = header;
    if (nodes < 0 || userStateBytes < 0) reader.fail('malformed');
    if (nodes > MAX_PUSH_PULL_NODES || userStateBytes > MAX_USER_STATE_BYTES) {
      reader.fail('too_large');
    }
    if (reader.failure !== undefined) return undefined;
    this.#consumed = reader.offset;
    return header;
  }

  #withUserState(header: PushPullHeader, received: Uint8Array): PushPull | ReadFailure {
    const end = this.#consumed + header.userStateBytes;
    if (received.length < end) return 'truncated';
    const userState = header.userStateBytes === 0 ? EMPTY : received.subarray(this.#consumed, end);
    return { join: header.join, nodes: this.#nodes, userState };
  }
}
