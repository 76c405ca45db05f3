import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderPEM } from '../../http-api/pem.ts';
import { DERError } from '../../protocol/der-reader.ts';
import { makeRequest } from '../testing/requests.ts';
import { parseCSR } from './csr.ts';

const URI = 'spiffe://x.consul/ns/default/dc/dc1/svc/web';
const asRequest = (bytes: Uint8Array): string => renderPEM('CERTIFICATE REQUEST', bytes);

/** Made by `openssl req` with subjectAltName=URI:...,DNS:web.example,IP:192.0.2.7 */
const OF_OPENSSL = `-----BEGIN CERTIFICATE REQUEST-----
MIIBJjCBzAIBADAOMQwwCgYDVQQDDAN3ZWIwWTATBgcqhkjOPQIBBggqhkjOPQMB
BwNCAAQtEzaa4BWFAv+hOD7fxUJ2zLa7PNlBCYLu+LB/ZrNa9b+Y4AFziO5/PdSK
Qv1hnE/sNJy8yY1gSomHrEp3LIa1oFwwWgYJKoZIhvcNAQkOMU0wSzBJBgNVHREE
QjBAhitzcGlmZmU6Ly94LmNvbnN1bC9ucy9kZWZhdWx0L2RjL2RjMS9zdmMvd2Vi
ggt3ZWIuZXhhbXBsZYcEwAACBzAKBggqhkjOPQQDAgNJADBGAiEAvUIqqgfTjHYm
B6/KrfA5V2wJ0hRaxwre/MGRWcdWWEoCIQDvcnlj/38OC3IsFLjskFP/lCdEdepN
M591hpopRXDxmg==
-----END CERTIFICATE REQUEST-----
`;

describe('parseCSR', () => {
  it.each(['ec', 2048] as const)('reads the names and proves a key of kind %s', (key) => {
    const names = {
      uris: [URI],
      dnsNames: ['web.example'],
      emails: ['a@example'],
      addresses: [Uint8Array.of(192, 0, 2, 7)],
    };
    expect(parseCSR(makeRequest(names, key).pem)).toMatchObject(names);
  });

  it('reads what another program made', () => {
    expect(parseCSR(OF_OPENSSL)).toMatchObject({
      uris: [URI],
      dnsNames: ['web.example'],
      addresses: [Uint8Array.of(192, 0, 2, 7)],
    });
  });

  it.each([
    ['', 'no PEM-encoded data found'],
    [
      renderPEM('CERTIFICATE', Uint8Array.of(0x30, 0)),
      'first PEM-block should be CERTIFICATE REQUEST type',
    ],
    [asRequest(Uint8Array.of(0x30, 0)), 'expected tag 48, found nothing'],
    ['x'.repeat(40_000), 'a CSR has at most 32768 bytes'],
    [makeRequest({ uris: [URI] }, 1024).pem, 'an RSA key has 2048 to 4096 bits'],
    [
      makeRequest({ uris: Array.from({ length: 101 }, () => URI) }).pem,
      'a CSR asks for at most 100 names',
    ],
    [makeRequest({ uris: [], addresses: [Uint8Array.of(1)] }).pem, 'cannot parse IP address'],
    [makeRequest({ uris: ['spiffe://\u0001'] }).pem, 'a name is not printable ASCII'],
  ])('refuses %.60s', (pem, message) => {
    expect(() => parseCSR(pem)).toThrow(new DERError(message));
  });

  it('refuses a signature by another key', () => {
    const [one, other] = [makeRequest({ uris: [URI] }), makeRequest({ uris: [URI] })];
    const mixed = Uint8Array.from(one.bytes);
    mixed.set(other.bytes.subarray(-20), mixed.length - 20);
    expect(() => parseCSR(asRequest(mixed))).toThrow(DERError);
  });

  it('believes no byte of a request that was changed', () => {
    const { bytes } = makeRequest({ uris: [URI] });
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = changed[at]! ^ by;
        expect(() => parseCSR(asRequest(changed))).toThrow(DERError);
      }),
      { numRuns: 300 },
    );
  });

  it('ends for every cut and for any bytes', () => {
    const { bytes } = makeRequest({ uris: [URI] });
    for (let end = 0; end < bytes.length; end++) {
      expect(() => parseCSR(asRequest(bytes.subarray(0, end)))).toThrow(DERError);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (any) => {
        expect(() => parseCSR(asRequest(any))).toThrow(DERError);
      }),
      { numRuns: 1000 },
    );
  });
});
