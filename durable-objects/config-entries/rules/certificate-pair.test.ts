import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EC_CERTIFICATE,
  EC_KEY,
  EC_KEY_PKCS8,
  ED25519_CERTIFICATE,
  ED25519_KEY,
  OTHER_EC_KEY,
  SHORT_RSA_KEY,
} from '../../testing/certificates.ts';
import { pairFault } from './certificate-pair.ts';

describe('a certificate and a key', () => {
  it.each([
    ['belong together', EC_CERTIFICATE, EC_KEY, undefined],
    ['in another form', EC_CERTIFICATE, EC_KEY_PKCS8, undefined],
    ['that cannot be compared', ED25519_CERTIFICATE, ED25519_KEY, undefined],
    ['of others before and behind', `x\n${EC_CERTIFICATE}${EC_KEY}`, `\n${EC_KEY}`, undefined],
    ['of two pairs', EC_CERTIFICATE, OTHER_EC_KEY, 'tls: private key does not match public key'],
    [
      'of two types',
      EC_CERTIFICATE,
      ED25519_KEY,
      'tls: private key type does not match public key type',
    ],
    ['of few bits', EC_CERTIFICATE, SHORT_RSA_KEY, 'key length must be at least 2048 bits'],
    ['absent', undefined, undefined, 'failed to parse private key PEM'],
    ['a certificate that is none', 'nonsense', EC_KEY, 'failed to parse certificate PEM'],
    [
      'a certificate that is a key',
      EC_KEY,
      EC_KEY,
      'failed to parse certificate: x509: malformed certificate',
    ],
    [
      'a key that is a certificate',
      EC_CERTIFICATE,
      EC_CERTIFICATE,
      'tls: failed to parse private key',
    ],
  ])('%s', (_name, certificate, key, fault) => {
    expect(pairFault(certificate, key)).toBe(fault);
  });

  it('whatever stands in the blocks is answered, never thrown', () => {
    const block = (type: string) =>
      fc
        .uint8Array({ maxLength: 200 })
        .map(
          (b) =>
            `-----BEGIN ${type}-----\n${Buffer.from(b).toString('base64')}\n-----END ${type}-----`,
        );
    fc.assert(
      fc.property(block('CERTIFICATE'), block('PRIVATE KEY'), (certificate, key) => {
        expect(pairFault(certificate, key)).toBeTypeOf('string');
      }),
    );
  });

  it('every truncation of a pair is refused', () => {
    const cut = (pem: string, bytes: number): string => {
      const [head, ...body] = pem.trim().split('\n');
      const tail = body.pop();
      const der = Buffer.from(body.join(''), 'base64').subarray(0, bytes);
      return [head, der.toString('base64'), tail].join('\n');
    };
    for (let bytes = 0; bytes < 120; bytes++) {
      expect(pairFault(EC_CERTIFICATE, cut(EC_KEY, bytes))).toBe(
        'tls: failed to parse private key',
      );
      expect(pairFault(cut(EC_CERTIFICATE, bytes), EC_KEY)).toMatch(/malformed/);
    }
  });
});
