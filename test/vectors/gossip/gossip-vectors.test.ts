/** Packets and streams of real members: understood, written again to the same meaning, and refused when cut or changed. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelHeader } from '../../../sidecar/gossip/wire/label.ts';
import { decodeLZW } from '../../../sidecar/gossip/wire/lzw-decode.ts';
import { MessageType } from '../../../sidecar/gossip/wire/message-type.ts';
import {
  AckType,
  AliveType,
  CompressedType,
  DeadType,
  IndirectPingType,
  NackType,
  PingType,
  SuspectType,
} from '../../../sidecar/gossip/wire/messages.ts';
import type { Compressed } from '../../../sidecar/gossip/wire/messages.ts';
import { decodeValue, encodeMessage } from '../../../sidecar/gossip/wire/msgpack/struct.ts';
import type { WireType } from '../../../sidecar/gossip/wire/msgpack/wire-type.ts';
import { openPacket, sealPacket } from '../../../sidecar/gossip/wire/packet.ts';
import type { PacketSecurity } from '../../../sidecar/gossip/wire/packet.ts';
import { encodePushPull } from '../../../sidecar/gossip/wire/push-pull.ts';
import { sealStreamMessage, StreamReader } from '../../../sidecar/gossip/wire/stream-envelope.ts';
import { Unpacker } from '../../../sidecar/gossip/wire/unpack.ts';

interface Vectors {
  readonly sender: string;
  readonly key: string;
  readonly label: string;
  readonly packets: readonly string[];
  readonly streams: readonly { readonly side: 'dialled' | 'accepted'; readonly bytes: string }[];
}

const files = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.json'))
  .map((name) => {
    const vectors = JSON.parse(
      readFileSync(path.join(import.meta.dirname, name), 'utf8'),
    ) as Vectors;
    return { name, vectors, pool: poolOf(vectors) };
  });

function poolOf({ key, label }: Vectors): PacketSecurity {
  const keys = key === '' ? [] : [Buffer.from(key, 'base64')];
  return {
    labelHeader: labelHeader(label),
    label: Buffer.from(label),
    skipIncomingLabelCheck: false,
    keys: () => keys,
    encryptionVersion: 1,
    verifyIncoming: true,
    verifyOutgoing: true,
  };
}

const TYPES: Readonly<Record<number, WireType<object>>> = {
  [MessageType.ping]: PingType,
  [MessageType.indirectPing]: IndirectPingType,
  [MessageType.ack]: AckType,
  [MessageType.nack]: NackType,
  [MessageType.suspect]: SuspectType,
  [MessageType.alive]: AliveType,
  [MessageType.dead]: DeadType,
};

interface Unpacked {
  readonly messages: { readonly type: number; readonly body: Uint8Array }[];
  readonly refused: string[];
}

/** @returns what is in a packet, and what of it was refused */
function unpack(packet: Uint8Array, pool: PacketSecurity): Unpacked {
  const unpacked: Unpacked = { messages: [], refused: [] };
  const opened = openPacket(packet, pool);
  if (typeof opened === 'string') return { messages: [], refused: [opened] };
  new Unpacker({
    onMessage: (type, body) => unpacked.messages.push({ type, body }),
    onRefused: (reason) => unpacked.refused.push(reason),
  }).unpack(opened);
  return unpacked;
}

/** As values, so that two encodings of one meaning are equal. */
function meaning({ messages, refused }: Unpacked): unknown[] {
  return [
    ...refused,
    ...messages.map(({ type, body }) => {
      const wire = TYPES[type];
      const decoded = wire === undefined ? 'raw' : decodeValue(wire, body);
      return { type, ...(typeof decoded === 'string' ? { decoded, body } : decoded) };
    }),
  ];
}

/** A map of seven fields of which the first is `Addr`. */
const FIRST_NODE = Buffer.from('\x87\xa4Addr', 'latin1');

/** An unencrypted stream without its label and compression. */
function plainStream(bytes: Buffer, pool: PacketSecurity): Buffer {
  const message =
    bytes[0] === MessageType.labelled ? bytes.subarray(pool.labelHeader.length) : bytes;
  if (message[0] !== MessageType.compressed) return message;
  const compressed = decodeValue(CompressedType, message, 1) as Compressed;
  return Buffer.from(decodeLZW(compressed.payload, 1_000_000) as Uint8Array);
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex');

describe.each(files)('$vectors.sender', ({ vectors, pool }) => {
  const packets = vectors.packets.map(hex);

  it('packets are understood, and written again to the same meaning', () => {
    for (const packet of packets) {
      const { messages, refused } = unpack(packet, pool);
      expect(refused).toEqual([]);
      expect(messages.length).toBeGreaterThan(0);
      for (const { type, body } of messages) {
        const wire = TYPES[type];
        if (wire === undefined) expect(type).toBe(MessageType.user);
        else {
          const decoded = decodeValue(wire, body);
          expect(decoded).not.toBeTypeOf('string');
          const again = encodeMessage(type, wire, decoded as object);
          // Not only the meaning: the very bytes, so that no peer can tell who wrote them.
          expect(Buffer.from(again.subarray(1)).toString('hex')).toBe(
            Buffer.from(body).toString('hex'),
          );
        }
      }
    }
  });

  it('envelopes are written again to the same content', () => {
    for (const packet of packets) {
      const opened = openPacket(packet, pool);
      const content = Buffer.from(opened as Uint8Array);
      const again = sealPacket(content, pool, { compress: false, withCRC: true });
      expect(openPacket(again, pool)).toEqual(content);
    }
  });

  it('packets cut at any byte are refused, or end with a refusal', () => {
    for (const packet of packets) {
      const whole = meaning(unpack(packet, pool)).length;
      for (let length = 0; length < packet.length; length++) {
        const cut = unpack(packet.subarray(0, length), pool);
        const decodable = meaning(cut).filter(
          (one) => typeof one === 'object' && (one as { decoded?: string }).decoded === undefined,
        );
        const hasUser = cut.messages.some(({ type }) => type === MessageType.user);
        // The length of a lone user message is that of its packet: nothing else tells that it was cut.
        if (!hasUser) expect(decodable.length).toBeLessThan(whole);
      }
    }
  });

  it('changed packets do no harm, and encrypted ones are refused', () => {
    if (packets.length === 0) return;
    const anyPacket = fc.constantFrom(...packets);
    fc.assert(
      fc.property(anyPacket, fc.nat(), fc.integer({ min: 1, max: 255 }), (packet, at, flip) => {
        const forged = Buffer.from(packet);
        forged[at % forged.length]! ^= flip;
        const { messages, refused } = unpack(forged, pool);
        // The one byte that memberlist does not authenticate: whether the plain text is padded.
        const otherVersion = at % forged.length === pool.labelHeader.length && flip === 1;
        if (vectors.key !== '' && !otherVersion) expect([messages.length, refused.length]).toEqual([0, 1]);
      }),
      { numRuns: 300 },
    );
  });

  it('streams are understood, and written again to the same meaning', () => {
    for (const { side, bytes } of vectors.streams) {
      const read = new StreamReader(pool, { labelled: side === 'dialled' }).read(hex(bytes));
      expect(read).not.toBeTypeOf('string');
      if (typeof read === 'string' || read.kind !== 'push_pull') continue;
      const { nodes, userState, join } = read.pushPull;
      const sealed = sealStreamMessage(
        encodePushPull(nodes, nodes.length, userState, join),
        pool,
        { compress: true },
      );
      expect(new StreamReader(pool, { labelled: false }).read(sealed)).toEqual(read);
      if (vectors.key !== '') continue;
      // The nodes byte for byte as Go writes them. (Whole numbers in the header have two forms, by go-msgpack's version.)
      const written = Buffer.from(encodePushPull(nodes, nodes.length, userState, join));
      const nodesAt = written.indexOf(FIRST_NODE);
      expect(nodesAt).toBeGreaterThan(0);
      expect(plainStream(hex(bytes), pool).subarray(-written.length).subarray(nodesAt)).toEqual(
        written.subarray(nodesAt),
      );
    }
  });

  it('streams cut at any byte wait for more, never believe less', () => {
    for (const { side, bytes } of vectors.streams) {
      const whole = hex(bytes);
      for (let length = 0; length < whole.length; length++) {
        const reader = new StreamReader(pool, { labelled: side === 'dialled' });
        expect(reader.read(whole.subarray(0, length))).toBe('truncated');
      }
    }
  });
});

describe('all together', () => {
  it('hold every type of message and envelope there is', () => {
    const seen = new Set<string>();
    for (const { vectors, pool } of files) {
      for (const packet of vectors.packets.map(hex)) {
        if (packet[0] === MessageType.labelled) seen.add('labelled');
        if (vectors.key !== '' && vectors.label === '') seen.add(`encrypted ${packet[0]}`);
        const opened = openPacket(packet, pool) as Uint8Array;
        if (packet[0] === MessageType.withCRC) seen.add('crc');
        if (opened[0] === MessageType.compound) seen.add('compound');
        if (opened[0] === MessageType.compressed) seen.add('compressed');
        for (const { type } of unpack(packet, pool).messages) seen.add(`packet ${type}`);
      }
      for (const { side, bytes } of vectors.streams) {
        const read = new StreamReader(pool, { labelled: side === 'dialled' }).read(hex(bytes));
        if (typeof read !== 'string') seen.add(`stream ${read.kind}`);
      }
    }
    const packetTypes = [0, 1, 2, 3, 4, 5, 8, 11].map((type) => `packet ${type}`);
    const streamKinds = ['push_pull', 'user', 'ping', 'ack', 'error'].map((kind) => `stream ${kind}`);
    const envelopes = ['labelled', 'crc', 'compound', 'compressed', 'encrypted 0', 'encrypted 1'];
    expect([...seen].toSorted()).toEqual([...packetTypes, ...streamKinds, ...envelopes].toSorted());
  });
});
