/** How long an answer may become that is put together in memory. */
import { RPCError } from '../../protocol/errors.ts';
import { MAX_LIST_CHARS } from '../../protocol/limits.ts';

export class ListSize {
  readonly #remedy: string;
  #chars = 0;

  /** @param remedy what the client can do instead, a clause */
  constructor(remedy: string) {
    this.#remedy = remedy;
  }

  /** @throws RPCError too-large */
  add(text: string): void {
    this.count(text.length + 1);
  }

  /** For what is not rendered yet: at least so much will be. @throws RPCError too-large */
  count(chars: number): void {
    this.#chars += chars;
    if (this.#chars <= MAX_LIST_CHARS) return;
    throw new RPCError(
      'too-large',
      `the answer would be longer than ${MAX_LIST_CHARS / 1024 / 1024} MB: ${this.#remedy}`,
    );
  }
}

export const READ_IN_PAGES =
  'read it in pages, ?limit=1000 and then ?limit=1000&after=KEY with the last key of the page before';

/** What a client can do whose list is too long; each names what is read in its place. */
export const NARROWER = {
  nodes: 'ask for one node, /v1/catalog/node/NAME, or for those with ?node-meta=KEY:VALUE',
  services: 'ask for the services of nodes with ?node-meta=KEY:VALUE',
  instances: 'ask for those with ?tag=TAG or on nodes with ?node-meta=KEY:VALUE',
  checks:
    'ask for one service, /v1/health/checks/NAME, one node, /v1/health/node/NAME, or nodes with ?node-meta=KEY:VALUE',
  sessions: 'ask for the sessions of one node, /v1/session/node/NAME',
  queries: 'ask for one query, /v1/query/ID',
  entries: 'ask for one entry, /v1/config/KIND/NAME',
  coordinates: 'ask for one node, /v1/coordinate/node/NAME',
  gateway: 'ask for one service at a time',
} as const;
