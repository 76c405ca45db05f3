/** Configuration entries as they would stand after a write that has not happened yet. */
import type { Entry, KindName } from '../../protocol/config-entries/kinds.ts';
import type { ChainEntries } from '../discovery-chain/chain-entries.ts';
import type { SQL } from '../db/storage.ts';
import { foldName } from './catalog-topics.ts';
import { entriesOfKind, findEntry } from './config-entries.ts';

export interface Proposal {
  readonly kind: KindName;
  readonly name: string;
  /** Undefined for a deletion. */
  readonly entry: Entry<KindName> | undefined;
}

export class EntryReader implements ChainEntries {
  readonly #sql: SQL;
  readonly #proposal: Proposal | undefined;
  /** Entries are decoded once for each check, however often chains meet them. */
  readonly #found = new Map<string, unknown>();

  constructor(sql: SQL, proposal?: Proposal) {
    this.#sql = sql;
    this.#proposal = proposal;
  }

  find<K extends KindName>(kind: K, name: string): Entry<K> | undefined {
    const key = `${kind}/${foldName(name)}`;
    if (!this.#found.has(key)) this.#found.set(key, this.#read(kind, name));
    return this.#found.get(key) as Entry<K> | undefined;
  }

  all<K extends KindName>(kind: K): Entry<K>[] {
    const stored = entriesOfKind(this.#sql, kind);
    const proposal = this.#proposal;
    if (proposal?.kind !== kind) return stored;
    const others = stored.filter(
      (entry) => foldName((entry as { Name?: string }).Name ?? '') !== foldName(proposal.name),
    );
    return proposal.entry === undefined ? others : [...others, proposal.entry as Entry<K>];
  }

  #read<K extends KindName>(kind: K, name: string): Entry<K> | undefined {
    const proposal = this.#proposal;
    const isProposed = proposal?.kind === kind && foldName(proposal.name) === foldName(name);
    return isProposed ? (proposal.entry as Entry<K>) : findEntry(this.#sql, kind, name);
  }
}
