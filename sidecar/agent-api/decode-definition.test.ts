import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HTTPError } from '../../http-api/http-error.ts';
import { parseDuration } from '../../protocol/duration.ts';
import { decodeCheck, decodeService } from './decode-definition.ts';

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** Objects whose names are sometimes those that the tables know. */
const names = fc.constantFrom(
  'Name',
  'name',
  'Check',
  'checks',
  'TTL',
  'Interval',
  'Connect',
  'SidecarService',
  'Proxy',
  'Upstreams',
  'Meta',
  'args',
  'Weights',
  '__proto__',
  'constructor',
  'TaggedAddresses',
);
const bodies = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(null, true, 0, -1, 1.5, 1e300, '', '10s', 'x', '1h'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(names, fc.string({ maxLength: 5 })), tie('value'), { maxKeys: 5 }),
  ),
})).value;

describe('bodies of registrations', () => {
  it.each([
    ['service', decodeService],
    ['check', decodeCheck],
  ])('a hostile %s is decoded or refused with 400', (_name, decode) => {
    fc.assert(
      fc.property(bodies, (body) => {
        try {
          const decoded = decode(bytes(body));
          expect(typeof decoded).toBe('object');
          expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(HTTPError);
          expect((thrown as HTTPError).status).toBe(400);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('bytes that are no JSON are refused with 400', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (body) => {
        try {
          decodeService(body);
        } catch (thrown) {
          expect((thrown as HTTPError).status).toBe(400);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('durations are Go durations afterwards, whatever they were', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.string({ maxLength: 8 })), (TTL) => {
        try {
          const decoded = decodeCheck(bytes({ Name: 'x', TTL }));
          // Zero is as good as none.
          expect(parseDuration(decoded.TTL ?? '0s')).not.toBeNull();
        } catch (thrown) {
          expect((thrown as HTTPError).status).toBe(400);
        }
      }),
      { numRuns: 300 },
    );
  });
});
