/** How values of one type stand in MessagePack; structures are composed of these (struct.ts). */
import type { MessagePackReader } from '../../../../http-api/message-pack/reader.ts';
import type { MessagePackWriter } from './writer.ts';

export interface WireType<T> {
  /** What Go leaves in a field that is nil or absent. Shared, so never changed. */
  readonly zero: T;
  /** Problems are the reader's to remember; the answer is then of no meaning. */
  read(reader: MessagePackReader): T;
  write(writer: MessagePackWriter, value: T): void;
  /** Whether Go's `omitempty` leaves this value out. */
  isEmpty(value: T): boolean;
}

const MAX_UINT8 = 0xff;
const MAX_UINT16 = 0xffff;
const MAX_UINT32 = 0xffff_ffff;

function unsigned(max: number): WireType<number> {
  return {
    zero: 0,
    read: (reader) => reader.uint(max),
    write: (writer, value) => writer.uint(value),
    isEmpty: (value) => value === 0,
  };
}

export const uint8 = unsigned(MAX_UINT8);
export const uint16 = unsigned(MAX_UINT16);
export const uint32 = unsigned(MAX_UINT32);
/** Up to 2^53 - 1, which a counter never reaches; what lies above is malformed. */
export const uint64 = unsigned(Number.MAX_SAFE_INTEGER);

/** Go's int and int64, as far as a double holds them exactly. */
export const int: WireType<number> = {
  zero: 0,
  read: (reader) => reader.int(),
  write: (writer, value) => writer.int(value),
  isEmpty: (value) => value === 0,
};

export const float64: WireType<number> = {
  zero: 0,
  read: (reader) => reader.float(),
  write: (writer, value) => writer.float(value),
  isEmpty: (value) => value === 0,
};

export const bool: WireType<boolean> = {
  zero: false,
  read: (reader) => reader.boolean(),
  write: (writer, value) => writer.boolean(value),
  isEmpty: (value) => !value,
};

export const text: WireType<string> = {
  zero: '',
  read: (reader) => reader.text(),
  write: (writer, value) => writer.text(value),
  isEmpty: (value) => value === '',
};

/** What is read is a view into the input: copy what is kept longer than the packet. */
export const bytes: WireType<Uint8Array> = {
  zero: new Uint8Array(0),
  read: (reader) => reader.raw(),
  write: (writer, value) => writer.raw(value),
  isEmpty: (value) => value.length === 0,
};

export function list<T>(element: WireType<T>): WireType<readonly T[]> {
  return {
    zero: [],
    read(reader) {
      const count = reader.arrayLength();
      const values: T[] = [];
      for (let index = 0; index < count && reader.failure === undefined; index++) {
        values.push(reader.takeNil() ? element.zero : element.read(reader));
      }
      return values;
    },
    write(writer, values) {
      writer.arrayHeader(values.length);
      for (const value of values) element.write(writer, value);
    },
    isEmpty: (values) => values.length === 0,
  };
}

/** Go's `map[string]T`. */
export function mapOf<T>(element: WireType<T>): WireType<ReadonlyMap<string, T>> {
  return {
    zero: new Map(),
    read(reader) {
      const count = reader.mapLength();
      const values = new Map<string, T>();
      for (let index = 0; index < count && reader.failure === undefined; index++) {
        const key = reader.text();
        values.set(key, reader.takeNil() ? element.zero : element.read(reader));
      }
      return values;
    },
    write(writer, values) {
      writer.mapHeader(values.size);
      for (const [key, value] of values) {
        writer.text(key);
        element.write(writer, value);
      }
    },
    isEmpty: (values) => values.size === 0,
  };
}
