import { X509Certificate } from 'node:crypto';
import { parsePEM, renderPEM } from '../../http-api/pem.ts';

/**
 * Whether a certificate, or one of those that it brings along, was signed by a root: a leaf of another is to be replaced, and
 * so is one whose bridge back to the root has run out.
 *
 * @param chain PEM
 * @param root PEM
 */
export function leadsToRoot(chain: string, root: string, nowMs: number): boolean {
  const { publicKey } = new X509Certificate(root);
  return parsePEM(chain)
    .map(({ label, bytes }) => new X509Certificate(renderPEM(label, bytes)))
    .some(
      (certificate) => Date.parse(certificate.validTo) > nowMs && certificate.verify(publicKey),
    );
}
