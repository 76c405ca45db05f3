/** Hostile bytes: nothing crashes, nothing hangs, and every answer is a well-formed message. */
import { decode } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { setUp } from './testing/fixture.ts';
import { mutatedPacket } from './testing/hostile-packets.ts';
import { TYPES, makeQuery } from './testing/packets.ts';
import { MalformedMessageError } from './wire/name.ts';
import { parseQuery } from './wire/query.ts';
import { answersQuery, readAnswers } from './wire/response.ts';

const RUNS = 100_000;
/** Two seconds of work where nobody else wants the processor. */
const RUNS_LIMIT_MS = 120_000;
const labels = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'service',
        'node',
        'query',
        'addr',
        'virtual',
        'connect',
        'ingress',
        'dc1',
        'dc',
        'peer',
        'web',
        '_web',
        '_tcp',
        'meta',
        'arpa',
        'in-addr',
        'ip6',
        'consul',
        '0a0b0c0d',
        '1',
      ),
      fc.string({ minLength: 1, maxLength: 20 }).map((text) => text.replaceAll('.', '-')),
    ),
    { maxLength: 8 },
  )
  .map((parts) => `${parts.join('.')}.consul`);

describe('any bytes', () => {
  it(
    `${RUNS} mutated packets are answered with a message or not at all`,
    async () => {
      const { responder, metrics } = setUp();
      const client = { address: '127.0.0.1', transport: 'udp' as const };
      const packets = fc.sample(mutatedPacket, { numRuns: RUNS, seed: 20_261_123 });
      for (const packet of packets) {
        const answer =
          responder.fromCache(packet, 'udp') ?? (await responder.respond(packet, client));
        if (!answer) continue;
        if (answer.length < 12 || answer.readUInt16BE(0) !== packet.readUInt16BE(0)) {
          expect.fail(`bad answer to ${packet.toString('hex')}`);
        }
      }
      expect(metrics.failedLookups).toBe(0);
    },
    RUNS_LIMIT_MS,
  );

  it('names of every shape get an answer that others can read', async () => {
    const { responder } = setUp();
    await fc.assert(
      fc.asyncProperty(
        labels,
        fc.constantFrom(...Object.keys(TYPES)),
        fc.constantFrom('udp' as const, 'tcp' as const),
        async (name, type, transport) => {
          const packet = makeQuery(name, type);
          const answer = await responder.respond(packet, { address: '127.0.0.1', transport });
          const decoded = decode(answer!);
          expect(decoded.questions).toHaveLength(1);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('parseQuery never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        parseQuery(bytes);
      }),
      { numRuns: 5000 },
    );
  });

  it('answers of recursors are read or refused', () => {
    const response = Buffer.from(
      '12348180000100020000000003777777076578616d706c65036f72670000010001' +
        'c00c000500010000003c0006036e657421c010c02d00010001000000' +
        '3c0004c0000201',
      'hex',
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(response.length - 1), fc.nat(255)), { maxLength: 8 }),
        fc.nat(response.length),
        (changes, length) => {
          const packet = Buffer.from(response.subarray(0, length));
          for (const [at, value] of changes) if (at < length) packet[at] = value;
          answersQuery(packet, response);
          try {
            readAnswers(packet);
          } catch (error) {
            if (!(error instanceof MalformedMessageError)) throw error;
          }
        },
      ),
      { numRuns: 20_000 },
    );
  });
});
