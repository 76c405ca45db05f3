/** What `consul event` puts into the payload of a user event (agent/user_event.go). */
import { decodeValue, struct } from '../../wire/msgpack/struct.ts';
import { bytes, int, text } from '../../wire/msgpack/wire-type.ts';
import type { WireType } from '../../wire/msgpack/wire-type.ts';
import { MessagePackWriter } from '../../wire/msgpack/writer.ts';

/** The version that is sent; of a later one not all may be understood. */
export const USER_EVENT_VERSION = 1;

export interface UserEventPayload {
  /** A UUID. */
  readonly id: string;
  readonly name: string;
  readonly payload: Uint8Array;
  /** Regular expressions, empty for none: on the node's name, a service's name, and a tag of that service. */
  readonly nodeFilter: string;
  readonly serviceFilter: string;
  readonly tagFilter: string;
  readonly version: number;
}

const MAX_FIXED_TEXT = 31;
const MAX_UINT8 = 0xff;
const MAX_UINT16 = 0xffff;

/** Consul writes this one payload in MessagePack's newer form, which tells text (str8) from bytes (bin). */
const newText: WireType<string> = {
  ...text,
  write(writer, value) {
    const length = Buffer.byteLength(value);
    if (length > MAX_FIXED_TEXT && length <= MAX_UINT8) {
      writer.byte(0xd9);
      writer.byte(length);
      writer.verbatim(Buffer.from(value));
    } else {
      writer.text(value);
    }
  },
};

const newBytes: WireType<Uint8Array> = {
  ...bytes,
  write(writer, value) {
    if (value.length <= MAX_UINT8) {
      writer.byte(0xc4);
    } else {
      // Events are limited to 9 KB, so two bytes of length are always enough.
      writer.byte(0xc5);
      writer.byte((value.length & MAX_UINT16) >> 8);
    }
    writer.byte(value.length & MAX_UINT8);
    writer.verbatim(value);
  },
};

const PayloadType = struct<UserEventPayload>({
  id: { name: 'ID', type: newText },
  name: { name: 'n', type: newText },
  nodeFilter: { name: 'nf', type: newText, omitEmpty: true },
  payload: { name: 'p', type: newBytes, omitEmpty: true },
  serviceFilter: { name: 'sf', type: newText, omitEmpty: true },
  tagFilter: { name: 'tf', type: newText, omitEmpty: true },
  version: { name: 'v', type: int },
});

export function encodeUserEventPayload(event: UserEventPayload): Uint8Array {
  const writer = new MessagePackWriter();
  PayloadType.write(writer, event);
  return writer.finish();
}

/** @returns undefined when it is malformed */
export function decodeUserEventPayload(payload: Uint8Array): UserEventPayload | undefined {
  const event = decodeValue(PayloadType, payload);
  return typeof event === 'string' ? undefined : event;
}
