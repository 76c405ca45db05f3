/** Requests for certificates, as an agent makes them. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { renderPEM } from '../../http-api/pem.ts';
import {
  ECDSA_SHA256,
  type GeneralNames,
  encodeRequest,
  encodeRequestInfo,
} from '../../protocol/csr.ts';
import { bytesOf, oid, sequence } from '../../protocol/der.ts';

const RSA_SHA256 = sequence(oid('1.2.840.113549.1.1.11'), bytesOf(0x05, 0x00));

export interface RequestForTest {
  readonly pem: string;
  readonly bytes: Uint8Array;
  readonly privateKey: ReturnType<typeof generateKeyPairSync>['privateKey'];
}

export function makeRequest(names: GeneralNames, key: 'ec' | number = 'ec'): RequestForTest {
  const { publicKey, privateKey } =
    key === 'ec'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: key });
  const info = encodeRequestInfo(publicKey.export({ type: 'spki', format: 'der' }), names);
  const algorithm = key === 'ec' ? ECDSA_SHA256 : RSA_SHA256;
  const bytes = encodeRequest(info, algorithm, sign('sha256', info, privateKey));
  return { pem: renderPEM('CERTIFICATE REQUEST', bytes), bytes, privateKey };
}
