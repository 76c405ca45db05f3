/** A member's tags as memberlist's metadata: a magic byte and a map, or, in protocol 2, the bare role. */
import { MessagePackReader } from '../../../../http-api/message-pack/reader.ts';
import { mapOf, text } from '../../wire/msgpack/wire-type.ts';
import { MessagePackWriter } from '../../wire/msgpack/writer.ts';
import { TAGS_PROTOCOL_VERSION } from '../config.ts';
import type { Tags } from '../member.ts';

const MAGIC = 255;

const TagsType = mapOf(text);

/** Before protocol 3 only the tag `role` travels. */
export function encodeTags(tags: Tags, protocolVersion: number): Uint8Array {
  if (protocolVersion < TAGS_PROTOCOL_VERSION) return Buffer.from(tags.role ?? '');
  const writer = new MessagePackWriter();
  writer.byte(MAGIC);
  TagsType.write(writer, new Map(Object.entries(tags)));
  return writer.finish();
}

/** What is malformed after the magic byte gives what could be read before it, as in Serf. */
export function decodeTags(meta: Uint8Array): Tags {
  if (meta[0] !== MAGIC) return { role: Buffer.from(meta).toString('utf8') };
  // Without a prototype: a tag may be called `__proto__`.
  const tags: Record<string, string> = Object.create(null) as Record<string, string>;
  const reader = new MessagePackReader(meta, 1);
  const pairs = reader.mapLength();
  for (let pair = 0; pair < pairs; pair++) {
    const name = reader.text();
    const value = reader.takeNil() ? '' : reader.text();
    if (reader.failure !== undefined) break;
    tags[name] = value;
  }
  return tags;
}
