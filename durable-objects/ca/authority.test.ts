import { X509Certificate, createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { makeRequest } from '../testing/requests.ts';
import { bridgeBetween, makeSigner, toNewRoot } from './authority.ts';
import { readCASettings } from './ca-settings.ts';
import { parseCSR } from './csr.ts';
import { makeLeaf } from './leaf.ts';

const NOW = Date.parse('2026-11-28T12:00:00.500Z');
const CLUSTER = '11111111-2222-3333-4444-555555555555';
const URI = `spiffe://${CLUSTER}.consul/ns/default/dc/dc1/svc/web`;
const HOUR_MS = 3_600_000;

const signerOf = (config: Record<string, unknown> = {}): ReturnType<typeof makeSigner> =>
  makeSigner(CLUSTER, readCASettings(config), NOW);
const keyPEM = (type: 'pkcs8' | 'sec1' = 'pkcs8'): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type,
    format: 'pem',
  }) as string;

describe.each([
  [{}, 'ec', 'prime256v1'],
  [{ PrivateKeyBits: 224 }, 'ec', 'secp224r1'],
  [{ PrivateKeyBits: 384 }, 'ec', 'secp384r1'],
  [{ PrivateKeyBits: 521 }, 'ec', 'secp521r1'],
  [{ PrivateKeyType: 'rsa', PrivateKeyBits: 2048 }, 'rsa', undefined],
])('the root of %j', (config, type, curve) => {
  const signer = signerOf(config);
  const root = new X509Certificate(signer.certificate.pem);

  it('is an authority of ten years that signed for itself', () => {
    expect(root.ca).toBe(true);
    expect(root.verify(root.publicKey)).toBe(true);
    expect(root.publicKey.asymmetricKeyType).toBe(type);
    expect(root.publicKey.asymmetricKeyDetails?.namedCurve).toBe(curve);
    expect(root.subjectAltName).toBe(`URI:spiffe://${CLUSTER}.consul`);
    expect(root.validFrom).toBe('Nov 28 11:59:00 2026 GMT');
    expect(root.validTo).toBe('Nov 25 11:59:00 2036 GMT');
  });

  it('is told as it is', () => {
    const told = JSON.parse(toNewRoot(signer, CLUSTER).content) as Record<string, unknown>;
    expect(toNewRoot(signer, CLUSTER).id).toBe(root.fingerprint.toLowerCase());
    expect(told).toMatchObject({ PrivateKeyType: type, NotBefore: '2026-11-28T11:59:00Z' });
    expect(told['SerialNumber']).toBe(Number.parseInt(root.serialNumber, 16));
    expect(root.raw.toString('hex')).toContain(
      (told['SigningKeyID'] as string).replaceAll(':', ''),
    );
  });

  it('signs leaves', () => {
    const request = parseCSR(
      makeRequest({
        uris: [URI],
        dnsNames: ['web.example'],
        addresses: [Uint8Array.of(192, 0, 2, 7)],
      }).pem,
    );
    const pem = makeLeaf(request, URI, signer.certificate, signer.key, 72 * HOUR_MS, NOW);
    const leaf = new X509Certificate(pem);
    expect(leaf.verify(root.publicKey)).toBe(true);
    expect(leaf.checkIssued(root)).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(leaf.subject).toBeUndefined();
    expect(leaf.subjectAltName).toBe(`DNS:web.example, IP Address:192.0.2.7, URI:${URI}`);
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.1']);
    expect(leaf.validFrom).toBe('Nov 28 11:59:00 2026 GMT');
    expect(leaf.validTo).toBe('Dec  1 11:59:00 2026 GMT');
  });
});

describe('a bridge', () => {
  it('lets who trusts the old root alone trust what the new key signs', () => {
    const before = signerOf();
    const after = signerOf({ PrivateKeyType: 'rsa', PrivateKeyBits: 2048 });
    const bridge = new X509Certificate(bridgeBetween(before, after, NOW));
    const [old, next] = [before, after].map(
      ({ certificate }) => new X509Certificate(certificate.pem),
    );
    expect(bridge.verify(old!.publicKey)).toBe(true);
    expect(bridge.checkIssued(old!)).toBe(true);
    expect(bridge.publicKey.equals(next!.publicKey)).toBe(true);
    expect(bridge.ca).toBe(true);
    expect(bridge.subject).toBe(next!.subject);
    expect(bridge.subjectAltName).toBe(next!.subjectAltName);
    expect(bridge.validTo).toBe('Dec  5 11:59:00 2026 GMT');
  });
});

describe("an operator's own", () => {
  const own = signerOf();
  const pkcs8 = `-----BEGIN PRIVATE KEY-----\n${own.key.toText()}\n-----END PRIVATE KEY-----\n`;
  const sec1 = createPrivateKey(pkcs8).export({ type: 'sec1', format: 'pem' }) as string;

  it.each([
    ['PKCS #8', pkcs8],
    ['SEC 1', sec1],
  ])('root with a key in %s is taken', (_form, PrivateKey) => {
    const taken = signerOf({ RootCert: own.certificate.pem, PrivateKey });
    expect(taken.certificate.fingerprint).toBe(own.certificate.fingerprint);
  });

  it('key makes a root', () => {
    const { certificate } = signerOf({ PrivateKey: pkcs8 });
    expect(
      new X509Certificate(certificate.pem).publicKey.equals(
        new X509Certificate(own.certificate.pem).publicKey,
      ),
    ).toBe(true);
    expect(certificate.fingerprint).not.toBe(own.certificate.fingerprint);
  });

  it('serial number of more than 64 bits is told by its lower 64', () => {
    const content = toNewRoot(
      {
        ...own,
        certificate: {
          ...own.certificate,
          serial: Uint8Array.of(1, 255, 255, 255, 255, 255, 255, 255, 255),
        },
      },
      CLUSTER,
    );
    expect(content.content).toContain('"SerialNumber":18446744073709551615,');
  });

  it.each([
    [
      { RootCert: own.certificate.pem, PrivateKey: keyPEM() },
      'the private key is not the one of the root certificate',
    ],
    [{ RootCert: 'x', PrivateKey: pkcs8 }, 'no PEM-encoded data found'],
    [{ RootCert: pkcs8, PrivateKey: pkcs8 }, 'first PEM-block should be CERTIFICATE type'],
    [
      { RootCert: own.certificate.pem, PrivateKey: 'x' },
      'error parsing private key: no PEM-encoded data found',
    ],
    [
      { PrivateKey: 'x' },
      'error generating CA root certificate: error generating CA: error parsing private key: no PEM-encoded data found',
    ],
    [
      { SkipValidate: true, PrivateKeyType: 'z' },
      'error generating CA root certificate: unknown private key type requested: z',
    ],
    [
      { SkipValidate: true, PrivateKeyBits: 1 },
      'error generating CA root certificate: error generating ECDSA private key: unknown curve length 1',
    ],
  ])('that does not fit is refused (%#)', (config, message) => {
    expect(() => signerOf(config)).toThrow(message);
  });
});
