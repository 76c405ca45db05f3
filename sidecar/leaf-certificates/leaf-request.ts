/** A key of this host's, and the request for a certificate of it. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { renderPEM } from '../../http-api/pem.ts';
import {
  ECDSA_SHA256,
  type GeneralNames,
  encodeRequest,
  encodeRequestInfo,
} from '../../protocol/csr.ts';

export interface LeafRequest {
  /** PEM. */
  readonly csr: string;
  /** PEM, in the older form (SEC 1) that Consul's clients expect. A secret. */
  readonly privateKey: string;
}

/** Leaves have P-256 keys, whatever the root has, as in Consul. */
export function makeLeafRequest(names: GeneralNames): LeafRequest {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const info = encodeRequestInfo(publicKey.export({ type: 'spki', format: 'der' }), names);
  const request = encodeRequest(info, ECDSA_SHA256, sign('sha256', info, privateKey));
  return {
    csr: renderPEM('CERTIFICATE REQUEST', request),
    privateKey: privateKey.export({ type: 'sec1', format: 'pem' }) as string,
  };
}
