/** The events of this host, as far as the token of a request may read them. */
import type { EventLog, EventReading } from '../../../http-api/routes/event.ts';
import type { QueryOptions } from '../../../http-api/query-options.ts';
import { type AgentRights, right } from '../../agent-api/rights.ts';

export class ReadableEvents implements EventLog {
  readonly #all: EventLog;
  readonly #rights: AgentRights;

  constructor(all: EventLog, rights: AgentRights) {
    this.#all = all;
    this.#rights = rights;
  }

  async read(name: string, options: QueryOptions): Promise<EventReading> {
    return this.#filter(await this.#all.read(name, options), options);
  }

  async readAfter(
    name: string,
    version: number,
    options: QueryOptions,
    signal: AbortSignal | undefined,
  ): Promise<EventReading> {
    return this.#filter(await this.#all.readAfter(name, version, options, signal), options);
  }

  async #filter(reading: EventReading, { token }: QueryOptions): Promise<EventReading> {
    const names = [...new Set(reading.events.map(({ Name }) => Name))];
    if (names.length === 0) {
      // A token that nobody has is refused all the same.
      await this.#rights.require(token);
      return reading;
    }
    const sees = await this.#rights.allows(
      token,
      names.map((name) => right('event', 'read', name)),
    );
    const seen = new Set(names.filter((_name, at) => sees[at]));
    const isFiltered = token !== '' && seen.size < names.length;
    return { ...reading, isFiltered, events: reading.events.filter(({ Name }) => seen.has(Name)) };
  }
}
