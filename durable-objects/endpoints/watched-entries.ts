/** Entries of which it is known afterwards which ones an answer depends on. */
import type { Entry, KindName } from '../../protocol/config-entries/kinds.ts';
import type { ChainEntries } from '../discovery-chain/chain-entries.ts';
import { type Topic, configEntryTopic } from '../watch/topics.ts';

/** Remembers which entries an answer was made from, and which were looked for in vain. */
export class WatchedEntries implements ChainEntries {
  readonly #entries: ChainEntries;
  readonly topics = new Set<Topic>();

  constructor(entries: ChainEntries) {
    this.#entries = entries;
  }

  find<K extends KindName>(kind: K, name: string): Entry<K> | undefined {
    this.topics.add(configEntryTopic(kind, name));
    return this.#entries.find(kind, name);
  }
}
