/** The messages that travel in streams, and how they are told apart once their envelopes are off. */
import type { Refusal } from '../counters.ts';
import { MAX_USER_STATE_BYTES } from './limits.ts';
import { MessageType } from './message-type.ts';
import { AckType, ErrorResponseType, PingType, UserMessageHeaderType } from './messages.ts';
import type { Ack, Ping } from './messages.ts';
import { MessagePackReader } from '../../../http-api/message-pack/reader.ts';
import type { WireType } from './msgpack/wire-type.ts';
import { MessagePackWriter } from './msgpack/writer.ts';
import { PushPullParser } from './push-pull.ts';
import type { PushPull } from './push-pull.ts';

export type StreamMessage =
  | { readonly kind: 'push_pull'; readonly pushPull: PushPull }
  | { readonly kind: 'user'; readonly message: Uint8Array }
  | { readonly kind: 'ping'; readonly ping: Ping }
  | { readonly kind: 'ack'; readonly ack: Ack }
  | { readonly kind: 'error'; readonly error: string };

export function encodeUserStreamMessage(message: Uint8Array): Uint8Array {
  const writer = new MessagePackWriter();
  writer.byte(MessageType.user);
  UserMessageHeaderType.write(writer, { bytes: message.length });
  writer.verbatim(message);
  return writer.finish();
}

/** Reads one message, whose first byte is its type, from bytes that grow. */
export class StreamMessageParser {
  readonly #reader = new MessagePackReader();
  #pushPull: PushPullParser | undefined;

  /** @param received the same bytes as before, and more @returns `truncated` when more is needed */
  parse(received: Uint8Array): StreamMessage | Refusal {
    switch (received[0]) {
      case undefined:
        return 'truncated';
      case MessageType.pushPull:
        return this.#parsePushPull(received);
      case MessageType.user:
        return this.#parseUser(received);
      case MessageType.ping:
        return this.#parse(received, PingType, (ping) => ({ kind: 'ping', ping }));
      case MessageType.ack:
        return this.#parse(received, AckType, (ack) => ({ kind: 'ack', ack }));
      case MessageType.error:
        return this.#parse(received, ErrorResponseType, (body) => ({ kind: 'error', ...body }));
      default:
        return 'unknown_type';
    }
  }

  #parse<T>(
    received: Uint8Array,
    type: WireType<T>,
    wrap: (value: T) => StreamMessage,
  ): StreamMessage | Refusal {
    const reader = this.#reader.reset(received, 1, MAX_USER_STATE_BYTES);
    const value = type.read(reader);
    return reader.failure ?? wrap(value);
  }

  #parsePushPull(received: Uint8Array): StreamMessage | Refusal {
    const pushPull = (this.#pushPull ??= new PushPullParser(1)).parse(this.#reader, received);
    return typeof pushPull === 'string' ? pushPull : { kind: 'push_pull', pushPull };
  }

  #parseUser(received: Uint8Array): StreamMessage | Refusal {
    const reader = this.#reader.reset(received, 1, MAX_USER_STATE_BYTES);
    const { bytes } = UserMessageHeaderType.read(reader);
    if (reader.failure !== undefined) return reader.failure;
    if (bytes < 0) return 'malformed';
    if (bytes > MAX_USER_STATE_BYTES) return 'too_large';
    const end = reader.offset + bytes;
    if (received.length < end) return 'truncated';
    return { kind: 'user', message: received.subarray(reader.offset, end) };
  }
}
