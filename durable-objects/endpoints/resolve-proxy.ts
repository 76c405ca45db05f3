/** What a proxy is configured to do, its registration and the entries taken together (Consul: ConfigEntry.ResolveServiceConfig). */
import { forbidden } from '../../protocol/errors.ts';
import { renderCentralProxy } from '../state/central-config.ts';
import { EntryReader } from '../state/config-reader.ts';
import { topicIndex } from '../state/topic-index.ts';
import { configEntryTopic } from '../watch/topics.ts';
import type { ReadEndpoints } from './endpoint.ts';
import { WatchedEntries } from './watched-entries.ts';

export const resolveProxyReads: ReadEndpoints<'config.resolve-proxy'> = {
  'config.resolve-proxy': {
    kind: 'read',
    topics: () => [configEntryTopic('proxy-defaults', 'global')],
    findsTopics: true,
    read({ sql }, registered, authorizer) {
      if (!authorizer.serviceRead(registered.name)) throw forbidden('Permission denied');
      const entries = new WatchedEntries(new EntryReader(sql));
      const body = renderCentralProxy(entries, registered);
      const topics = [...entries.topics];
      return { index: topicIndex(sql, ...topics), body, topics };
    },
  },
};
