import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { makeRoot } from './make-root.ts';

const NOW = Date.parse('2026-11-28T12:00:00.500Z');

it('is a certificate authority of ten years that signed for itself', async () => {
  const root = await makeRoot('11111111-2222-3333-4444-555555555555.consul', NOW);
  const certificate = new X509Certificate(root.certificatePEM);
  expect(certificate.ca).toBe(true);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
  expect(certificate.subjectAltName).toBe(
    'URI:spiffe://11111111-2222-3333-4444-555555555555.consul',
  );
  expect(certificate.fingerprint.toLowerCase()).toBe(root.fingerprint);
  expect(Number.parseInt(certificate.serialNumber, 16)).toBe(root.serial);
  expect(new Date(certificate.validFrom).getTime()).toBe(root.notBeforeMs);
  expect(new Date(certificate.validTo).getTime()).toBe(root.notAfterMs);
  expect(new Date(root.notAfterMs).getUTCFullYear()).toBe(2036);
  expect(certificate.raw.toString('hex')).toContain(root.keyID.replaceAll(':', ''));
});

it('is another each time, and always well encoded', async () => {
  const roots = await Promise.all(Array.from({ length: 50 }, () => makeRoot('x.consul', NOW)));
  expect(new Set(roots.map(({ fingerprint }) => fingerprint)).size).toBe(50);
  for (const { certificatePEM } of roots) {
    const certificate = new X509Certificate(certificatePEM);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
  }
});
