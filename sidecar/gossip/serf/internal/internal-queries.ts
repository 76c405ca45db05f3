import { GossipError } from '../../errors.ts';
import type { GossipLog } from '../../log.ts';
import type { Member } from '../member.ts';
import { encodeConflictResponse } from '../messages/conflict.ts';
import type { ReceivedQuery } from '../received-query.ts';
import type { KeyQueries } from './key-queries.ts';

export const INTERNAL_PREFIX = '_serf_';

/** Names after the prefix (serf/internal_query.go). */
export const INTERNAL_QUERY = {
  ping: `${INTERNAL_PREFIX}ping`,
  conflict: `${INTERNAL_PREFIX}conflict`,
  installKey: `${INTERNAL_PREFIX}install-key`,
  useKey: `${INTERNAL_PREFIX}use-key`,
  removeKey: `${INTERNAL_PREFIX}remove-key`,
  listKeys: `${INTERNAL_PREFIX}list-keys`,
} as const;

export const isInternal = (name: string): boolean => name.startsWith(INTERNAL_PREFIX);

export interface InternalQueriesOptions {
  readonly nodeName: string;
  readonly lookup: (name: string) => Member | undefined;
  readonly keys: KeyQueries;
  readonly log: GossipLog;
}

export class InternalQueries {
  readonly #options: InternalQueriesOptions;

  constructor(options: InternalQueriesOptions) {
    this.#options = options;
  }

  /** Answers the query, if it is one that is to be answered. Never rejects. */
  async handle(query: ReceivedQuery): Promise<void> {
    try {
      const payload = await this.#answer(query);
      if (payload !== undefined) query.respond(payload);
    } catch (error) {
      if (!(error instanceof GossipError)) throw error;
      this.#options.log.warn(`serf: query ${query.name} not answered: ${error.message}`);
    }
  }

  async #answer(query: ReceivedQuery): Promise<Uint8Array | undefined> {
    const { keys, log } = this.#options;
    switch (query.name) {
      case INTERNAL_QUERY.ping:
        // The acknowledgement, sent already, is the answer.
        return undefined;
      case INTERNAL_QUERY.conflict:
        return this.#conflict(query);
      case INTERNAL_QUERY.installKey:
        return keys.change(query.payload, (ring, key) => ring.install(key));
      case INTERNAL_QUERY.useKey:
        return keys.change(query.payload, (ring, key) => ring.use(key));
      case INTERNAL_QUERY.removeKey:
        return keys.change(query.payload, (ring, key) => ring.remove(key));
      case INTERNAL_QUERY.listKeys:
        return keys.list((payload) => query.fits(payload));
      default:
        log.warn(`serf: unknown internal query ${query.name}`);
        return undefined;
    }
  }

  #conflict(query: ReceivedQuery): Uint8Array | undefined {
    const name = Buffer.from(query.payload).toString('utf8');
    // A party to the conflict has no vote.
    if (name === this.#options.nodeName) return undefined;
    return encodeConflictResponse(this.#options.lookup(name));
  }
}
