/** Compiled discovery chains (Consul: agent/consul/discovery_chain_endpoint.go). */
import { compileChain } from '../discovery-chain/compile.ts';
import { renderChain, type VirtualAddresses } from '../discovery-chain/render-chain.ts';
import type { SQL } from '../db/storage.ts';
import { foldName } from '../state/catalog-topics.ts';
import { findVirtualIP } from '../state/catalog-virtual-ip.ts';
import { EntryReader } from '../state/config-reader.ts';
import { manualVirtualIPs } from '../state/manual-virtual-ip.ts';
import { topicIndex } from '../state/topic-index.ts';
import { virtualIPTopic } from '../watch/topics.ts';
import { trustDomain } from './connect-guard.ts';
import type { ReadEndpoints } from './endpoint.ts';
import { WatchedEntries } from './watched-entries.ts';

export const chainReads: ReadEndpoints<'discovery-chain.get'> = {
  'discovery-chain.get': {
    kind: 'read',
    topics: ({ service }) => [virtualIPTopic(service)],
    findsTopics: true,
    read(context, args, authorizer) {
      const { sql, datacenter } = context;
      const { service } = args;
      authorizer.require('service', 'read', service);
      const entries = new WatchedEntries(new EntryReader(sql));
      const { overrides } = args;
      const chain = compileChain(entries, {
        service,
        datacenter: args.compileIn || datacenter,
        trustDomain: trustDomain(context),
        ...(overrides === undefined ? {} : { overrides }),
      });
      const topics = [virtualIPTopic(service), ...entries.topics];
      const body = `{"Chain":${renderChain(chain, addressesOf(sql, service))}}`;
      return { index: topicIndex(sql, ...topics), body, topics };
    },
  },
};

function addressesOf(sql: SQL, service: string): VirtualAddresses {
  const key = foldName(service);
  const automatic = findVirtualIP(sql, key);
  if (automatic === '') return { automatic: null, manual: null };
  return { automatic: [automatic], manual: manualVirtualIPs(sql, key) };
}
