/** Values of Consul's records, as Go's encoder wrote them, as JSON would have them. */
import { MessagePackReader } from '../message-pack/reader.ts';
import { ArchiveError } from './archive-format.ts';

/** Consul's own records are about ten deep. */
const MAX_DEPTH = 32;

/**
 * @param binary names of fields whose text stays bytes, since text and bytes look the same here
 * @throws ArchiveError
 */
export function decodeConsulValue(bytes: Uint8Array, binary: ReadonlySet<string>): unknown {
  const reader = new MessagePackReader(bytes);
  const value = readValue(reader, binary, '', 0);
  requireWhole(reader);
  return value;
}

/** A config entry, which Consul packs once more: its kind, then the request with the entry. @throws ArchiveError */
export function decodeConsulEntry(bytes: Uint8Array): Record<string, unknown> {
  const packed = new MessagePackReader(bytes).raw();
  const reader = new MessagePackReader(packed);
  const kind = reader.text();
  const request = readValue(reader, new Set(['Entry']), '', 0) as { Entry?: unknown };
  requireWhole(reader);
  // That of some kinds is packed a third time.
  const entry =
    request.Entry instanceof Uint8Array
      ? decodeConsulValue(request.Entry, new Set())
      : request.Entry;
  if (entry === null || typeof entry !== 'object') throw malformed();
  // Those of which there is one have it nowhere else.
  return { ...entry, Kind: kind };
}

function readValue(
  reader: MessagePackReader,
  binary: ReadonlySet<string>,
  name: string,
  depth: number,
): unknown {
  if (depth > MAX_DEPTH) throw malformed();
  switch (reader.nextKind) {
    case 'boolean':
      return reader.boolean();
    case 'integer':
      return reader.wide();
    case 'float':
      return reader.float();
    case 'raw':
      return binary.has(name) ? reader.raw() : reader.text();
    case 'array': {
      const items: unknown[] = [];
      for (let left = reader.arrayLength(); left > 0 && reader.failure === undefined; left--)
        items.push(readValue(reader, binary, name, depth + 1));
      return items;
    }
    case 'map': {
      const entries: [string, unknown][] = [];
      for (let left = reader.mapLength(); left > 0 && reader.failure === undefined; left--) {
        const key = reader.text();
        entries.push([key, readValue(reader, binary, key, depth + 1)]);
      }
      return Object.fromEntries(entries);
    }
    default:
      // Times stand in extensions; nothing that is carried over has one.
      reader.skip();
      return null;
  }
}

function requireWhole({ failure, remaining }: MessagePackReader): void {
  if (failure !== undefined || remaining > 0) throw malformed();
}

const malformed = (): ArchiveError =>
  new ArchiveError('failed to read snapshot file: a record of its state is malformed');
