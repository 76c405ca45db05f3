/** Packets that are nearly queries, and what the protocol says of each, told without our own reader. */
import fc from 'fast-check';
import { makeQuery } from './packets.ts';

const SEEDS: readonly Buffer[] = [
  makeQuery('web.service.consul', 'SRV', { edns: 1232, ednsOptions: '00080007000118000a0102' }),
  makeQuery('_web._tcp.service.dc1.consul', 'SRV'),
  makeQuery('meta.node.consul', 'ANY', { edns: 4096 }),
  makeQuery('1.0.11.10.in-addr.arpa', 'PTR'),
  makeQuery('0a0b0c0d.addr.consul', 'AAAA'),
  makeQuery('inner.service.consul'),
];

/** A seed with some bytes replaced, cut short or lengthened: near enough to real queries to get deep. */
export const mutatedPacket: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.constantFrom(...SEEDS),
    fc.array(fc.tuple(fc.nat(80), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
    fc.integer({ min: -20, max: 20 }),
  )
  .map(([seed, changes, growth]) => {
    const packet = Buffer.alloc(Math.max(0, seed.length + growth));
    seed.copy(packet);
    for (const [at, value] of changes) if (at < packet.length) packet[at] = value;
    return packet;
  });

const HEADER_BYTES = 12;
const RESPONSE_BIT = 0x8000;
const OPCODE_BITS = 0x7800;

/** RFC 1035 section 4.1.1: what the header alone decides. `body`: it is the rest that tells. */
export type HeaderVerdict = 'silence' | 'NOTIMP' | 'FORMERR' | 'body';

export function judgeHeader(packet: Buffer): HeaderVerdict {
  if (packet.length < HEADER_BYTES) return 'silence';
  const flags = packet.readUInt16BE(2);
  // A response that is answered would be answered in turn.
  if ((flags & RESPONSE_BIT) !== 0) return 'silence';
  if ((flags & OPCODE_BITS) !== 0) return 'NOTIMP';
  return packet.readUInt16BE(4) === 1 ? 'body' : 'FORMERR';
}
