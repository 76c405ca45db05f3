import type { NodeResponse, RunningQuery } from '../query/running-query.ts';
import type { QueryParams } from '../query/queries.ts';
import { decodeKeyResponse, encodeKeyRequest } from '../messages/keys.ts';
import { INTERNAL_QUERY } from './internal-queries.ts';

export interface KeyResult {
  /** By node: what went wrong there, or a remark. */
  readonly messages: Readonly<Record<string, string>>;
  readonly nodes: number;
  readonly responses: number;
  readonly errors: number;
  /** Base64 key to the number of nodes that have it. */
  readonly keys: Readonly<Record<string, number>>;
  /** Base64 key to the number of nodes that encrypt with it. */
  readonly primaryKeys: Readonly<Record<string, number>>;
  /** Why this is no success: a node refused, or did not answer in time. */
  readonly error?: string;
}

export interface KeyOptions {
  /** Through how many others each answer is sent besides. */
  readonly relayFactor?: number;
}

export interface KeyManagerOptions {
  readonly query: (name: string, payload: Uint8Array, params: QueryParams) => RunningQuery;
  /** Of members that have to answer. */
  readonly memberCount: () => number;
}

type Counts = Map<string, number>;

/** Changes and lists the keys of all members. One change at a time: their order is what makes a rotation safe. */
export class KeyManager {
  readonly #options: KeyManagerOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: KeyManagerOptions) {
    this.#options = options;
  }

  /** @param key 16, 24 or 32 bytes */
  install(key: Uint8Array, options?: KeyOptions): Promise<KeyResult> {
    return this.#change(INTERNAL_QUERY.installKey, key, options);
  }

  use(key: Uint8Array, options?: KeyOptions): Promise<KeyResult> {
    return this.#change(INTERNAL_QUERY.useKey, key, options);
  }

  remove(key: Uint8Array, options?: KeyOptions): Promise<KeyResult> {
    return this.#change(INTERNAL_QUERY.removeKey, key, options);
  }

  list(options?: KeyOptions): Promise<KeyResult> {
    return this.#ask(INTERNAL_QUERY.listKeys, new Uint8Array(0), options);
  }

  #change(name: string, key: Uint8Array, options?: KeyOptions): Promise<KeyResult> {
    const result = this.#last.then(() => this.#ask(name, key, options));
    // A failed change does not keep the next one from being tried.
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Ends when all members have answered, else with the query's timeout. @throws GossipError as a query does */
  async #ask(name: string, key: Uint8Array, options: KeyOptions = {}): Promise<KeyResult> {
    const nodes = this.#options.memberCount();
    const answers: NodeResponse[] = [];
    const running = this.#options.query(name, encodeKeyRequest({ key }), {
      relayFactor: options.relayFactor ?? 0,
      onResponse: (response) => {
        answers.push(response);
        if (answers.length === nodes) running.close();
      },
    });
    await running.finished;
    return summarise(answers, nodes);
  }
}

function summarise(answers: readonly NodeResponse[], nodes: number): KeyResult {
  const messages: [string, string][] = [];
  const keys: Counts = new Map();
  const primaryKeys: Counts = new Map();
  let errors = 0;
  for (const { from, payload } of answers) {
    const response = decodeKeyResponse(payload);
    if (response === undefined) {
      errors++;
      messages.push([from, 'Failed to decode key query response']);
      continue;
    }
    if (!response.result) errors++;
    if (!response.result || response.message !== '') messages.push([from, response.message]);
    for (const key of response.keys) count(keys, key);
    count(primaryKeys, response.primaryKey);
  }
  const result = {
    messages: Object.fromEntries(messages),
    nodes,
    responses: answers.length,
    errors,
    keys: Object.fromEntries(keys),
    primaryKeys: Object.fromEntries(primaryKeys),
  };
  const error = problemOf(result);
  return error === undefined ? result : { ...result, error };
}

/** In Serf's words, which operators and Consul's clients see. */
function problemOf({ nodes, responses, errors }: KeyResult): string | undefined {
  if (errors > 0) return `${errors}/${nodes} nodes reported failure`;
  return responses === nodes ? undefined : `${responses}/${nodes} nodes reported success`;
}

function count(counts: Counts, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
