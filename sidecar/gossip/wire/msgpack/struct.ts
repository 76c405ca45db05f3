/** Go structures in MessagePack: a map from field name to value. */
import { MessagePackReader } from '../../../../http-api/message-pack/reader.ts';
import type { ReadFailure } from '../../../../http-api/message-pack/reader.ts';
import type { WireType } from './wire-type.ts';
import { MessagePackWriter } from './writer.ts';

export interface Field<T> {
  /** As in Go. */
  readonly name: string;
  readonly type: WireType<T>;
  /** Go's `omitempty`. */
  readonly omitEmpty?: boolean;
}

/** In the order in which Go declares them. */
export type Fields<T> = { readonly [Key in keyof T]: Field<T[Key]> };

interface CompiledField {
  readonly name: string;
  readonly property: string;
  /** The name in its shortest form, header included: keys are compared, never decoded. */
  readonly key: Uint8Array;
  readonly type: WireType<unknown>;
  readonly omitEmpty: boolean;
}

/**
 * A structure with these fields.
 *
 * Reading is as tolerant as Go: fields may be missing, in any order, unknown, or nil, and an array holds the values in order.
 */
export function struct<T extends object>(fields: Fields<T>): WireType<T> {
  const declared = compile(fields);
  // go-msgpack writes them by name; written alike, nobody can tell who wrote a message.
  const byName = declared.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const zero = Object.fromEntries(declared.map(({ property, type }) => [property, type.zero])) as T;
  return {
    zero: Object.freeze(zero),
    read(reader) {
      const record = { ...zero } as Record<string, unknown>;
      return (
        reader.nextIsArray
          ? readPositional(reader, declared, record)
          : readStruct(reader, byName, record)
      ) as T;
    },
    write: (writer, value) => writeStruct(writer, byName, value as Record<string, unknown>),
    isEmpty: () => false,
  };
}

function compile<T>(fields: Fields<T>): readonly CompiledField[] {
  return Object.entries<Field<unknown>>(fields).map(([property, { name, type, omitEmpty }]) => {
    const writer = new MessagePackWriter();
    writer.text(name);
    return { name, property, key: writer.finish(), type, omitEmpty: omitEmpty ?? false };
  });
}

function readStruct(
  reader: MessagePackReader,
  fields: readonly CompiledField[],
  record: Record<string, unknown>,
): Record<string, unknown> {
  const pairs = reader.mapLength();
  let expected = 0;
  for (let pair = 0; pair < pairs && reader.failure === undefined; pair++) {
    const position = takeKey(reader, fields, expected);
    if (position < 0) {
      reader.skip();
      reader.skip();
      continue;
    }
    expected = position + 1;
    const field = fields[position] as CompiledField;
    if (!reader.takeNil()) record[field.property] = field.type.read(reader);
  }
  return record;
}

function readPositional(
  reader: MessagePackReader,
  fields: readonly CompiledField[],
  record: Record<string, unknown>,
): Record<string, unknown> {
  const count = reader.arrayLength();
  for (let index = 0; index < count && reader.failure === undefined; index++) {
    const field = fields[index];
    if (field === undefined) reader.skip();
    else if (!reader.takeNil()) record[field.property] = field.type.read(reader);
  }
  return record;
}

/** @param expected where the key most likely is: senders keep an order. @returns -1 when it is none of the fields */
function takeKey(
  reader: MessagePackReader,
  fields: readonly CompiledField[],
  expected: number,
): number {
  for (let step = 0; step < fields.length; step++) {
    const position = (expected + step) % fields.length;
    if (reader.takeText((fields[position] as CompiledField).key)) return position;
  }
  return -1;
}

function writeStruct(
  writer: MessagePackWriter,
  fields: readonly CompiledField[],
  record: Record<string, unknown>,
): void {
  let pairs = 0;
  for (const { property, type, omitEmpty } of fields) {
    if (!omitEmpty || !type.isEmpty(record[property])) pairs++;
  }
  writer.mapHeader(pairs);
  for (const { property, key, type, omitEmpty } of fields) {
    const value = record[property];
    if (omitEmpty && type.isEmpty(value)) continue;
    writer.verbatim(key);
    type.write(writer, value);
  }
}

const sharedWriter = new MessagePackWriter();
const sharedReader = new MessagePackReader();

/** A type byte, then the structure: the shape of every message of memberlist and of Serf. */
export function encodeMessage<T>(messageType: number, type: WireType<T>, value: T): Uint8Array {
  sharedWriter.reset().byte(messageType);
  type.write(sharedWriter, value);
  return sharedWriter.finish();
}

/**
 * Decodes one value that begins at `offset`; what follows it is left alone, as in Go.
 *
 * @returns the failure in its place
 */
export function decodeValue<T extends object>(
  type: WireType<T>,
  encoded: Uint8Array,
  offset = 0,
): T | ReadFailure {
  const reader = sharedReader.reset(encoded, offset);
  const value = type.read(reader);
  return reader.failure ?? value;
}
