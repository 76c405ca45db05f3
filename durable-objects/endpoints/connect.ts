/** The certificate authority as its clients see it (Consul: agent/consul/connect_ca_endpoint.go). */
import { RPCError } from '../../protocol/errors.ts';
import type { CARoots } from '../../protocol/types/connect.ts';
import { readCARoot } from '../state/ca-root.ts';
import { topicIndex } from '../state/topic-index.ts';
import { CA_ROOTS } from '../watch/topics.ts';
import type { ReadEndpoints } from './endpoint.ts';

export const connectReads: ReadEndpoints<'connect.roots'> = {
  'connect.roots': {
    kind: 'read',
    topics: () => [CA_ROOTS],
    // Roots are public: whoever may enter may see them, as in Consul.
    read({ sql, info }) {
      const root = readCARoot(sql);
      if (root === undefined) {
        throw new RPCError('invalid', 'CA is uninitialized and unable to sign certificates yet');
      }
      const index = topicIndex(sql, CA_ROOTS);
      const trustDomainID = info().UUID;
      const roots: CARoots = {
        ActiveRootID: root.fingerprint,
        TrustDomain: `${trustDomainID}.consul`,
        Roots: [
          {
            ID: root.fingerprint,
            Name: 'Consul CA Primary Cert',
            SerialNumber: root.serial,
            SigningKeyID: root.keyID,
            ExternalTrustDomain: trustDomainID,
            NotBefore: renderTime(root.notBeforeMs),
            NotAfter: renderTime(root.notAfterMs),
            RootCert: root.certificatePEM,
            IntermediateCerts: null,
            Active: true,
            PrivateKeyType: 'ec',
            PrivateKeyBits: 256,
            CreateIndex: index,
            ModifyIndex: index,
          },
        ],
      };
      return { index, body: JSON.stringify(roots) };
    },
  },
};

const renderTime = (atMs: number): string => new Date(atMs).toISOString().replace('.000Z', 'Z');
