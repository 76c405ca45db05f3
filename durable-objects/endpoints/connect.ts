/** The certificate authority as its clients see it (Consul: agent/consul/connect_ca_endpoint.go). */
import { trustDomainOf } from '../../protocol/spiffe-id.ts';
import { readCARoots, renderCARoot, toCAConfiguration } from '../state/ca.ts';
import { topicIndex } from '../state/topic-index.ts';
import { CA_CONFIG, CA_ROOTS } from '../watch/topics.ts';
import { requireAuthority, requireConnect } from './connect-guard.ts';
import type { ReadEndpoints } from './endpoint.ts';

export const connectReads: ReadEndpoints<'connect.roots' | 'connect.ca-configuration'> = {
  'connect.roots': {
    kind: 'read',
    topics: () => [CA_ROOTS],
    // Roots are public: whoever may enter may see them, as in Consul.
    read(context) {
      requireConnect(context);
      const { cluster_id } = requireAuthority(context);
      const { sql } = context;
      const rows = readCARoots(sql);
      const active = rows.find((row) => row.active === 1);
      const names = JSON.stringify({
        ActiveRootID: active?.id ?? '',
        TrustDomain: trustDomainOf(cluster_id),
      });
      const body = `${names.slice(0, -1)},"Roots":[${rows.map(renderCARoot).join(',')}]}`;
      return { index: topicIndex(sql, CA_ROOTS), body };
    },
  },
  'connect.ca-configuration': {
    kind: 'read',
    topics: () => [CA_CONFIG],
    // It may hold a private key, or the token of another authority: reading takes the right to write, as in Consul.
    read(context, _args, authorizer) {
      requireConnect(context);
      authorizer.operatorWrite();
      const body = JSON.stringify(toCAConfiguration(requireAuthority(context)));
      return { index: topicIndex(context.sql, CA_CONFIG), body };
    },
  },
};
