/** A list of prepared queries that is looked up as the datacenter looks up its table. */
import type { PreparedQuery } from '../../protocol/types/prepared-query.ts';
import { type QuerySource, isTemplate } from './resolve-query.ts';

export class QueryList implements QuerySource {
  readonly #byID: ReadonlyMap<string, PreparedQuery>;
  readonly #byName: ReadonlyMap<string, PreparedQuery>;
  /** The longest name first, so that the first match is the longest. */
  readonly #templates: readonly (readonly [prefix: string, query: PreparedQuery])[];

  constructor(queries: readonly PreparedQuery[]) {
    const named = queries.map((query) => [query.Name.toLowerCase(), query] as const);
    this.#byID = new Map(queries.map((query) => [query.ID.toLowerCase(), query]));
    this.#byName = new Map(named.filter(([name]) => name !== ''));
    this.#templates = named
      .filter(([, query]) => isTemplate(query))
      .toSorted(([a], [b]) => b.length - a.length);
  }

  byID(id: string): PreparedQuery | undefined {
    return this.#byID.get(id);
  }

  byName(name: string): PreparedQuery | undefined {
    return this.#byName.get(name);
  }

  byPrefix(name: string): PreparedQuery | undefined {
    return this.#templates.find(([prefix]) => name.startsWith(prefix))?.[1];
  }
}
