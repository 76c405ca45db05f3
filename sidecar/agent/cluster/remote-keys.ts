/**
 * Keys of other datacenters' LAN pools, which no member here can reach: one server of each datacenter is asked over the WAN
 * pool, by a Serf query, and does with its own LAN pool what is asked.
 *
 * Whoever knows the WAN pool's key can do this; Consul's servers forward the same among themselves. Servers that are not ours
 * are members of the WAN pool too, and do not know the query.
 */
import type { PoolKeys } from '../../agent-api/agent.ts';
import type { SerfEvent } from '../../gossip/serf/events.ts';
import type { Member } from '../../gossip/serf/member.ts';
import type { QueryParams } from '../../gossip/serf/query/queries.ts';
import type { ReceivedQuery } from '../../gossip/serf/received-query.ts';
import type { RunningQuery } from '../../gossip/serf/query/running-query.ts';
import {
  type KeyTask,
  decodeKeyResult,
  decodeKeyTask,
  emptyResult,
  encodeKeyResult,
  encodeKeyTask,
} from './key-task.ts';
import { LICTOR_TAG } from './member-tags.ts';

export const KEY_QUERY = 'lictor:lan-keys';
/** A LAN pool of a thousand members waits for the last of them by Serf's formula a little less than 10 s. */
const ANSWER_LIMIT_MS = 15_000;
/** One packet may be lost: the answer comes by another member too. */
const MIN_RELAYS = 1;

export interface RemoteKeysOptions {
  readonly datacenter: string;
  /** Of the WAN pool; empty where this agent is in none. */
  readonly members: () => readonly Member[];
  readonly query: (name: string, payload: Uint8Array, params: QueryParams) => RunningQuery;
}

export class RemoteKeys {
  readonly #options: RemoteKeysOptions;

  constructor(options: RemoteKeysOptions) {
    this.#options = options;
  }

  /** One answer for each other datacenter that has not left, in order of name. Never rejects. */
  ask(task: KeyTask): Promise<PoolKeys[]> {
    return Promise.all(
      this.#datacenters().map(async ([datacenter, members]) => {
        const result = await this.#askOne(members, task).catch((error: Error) =>
          emptyResult(error.message),
        );
        return { pool: 'lan' as const, datacenter, result };
      }),
    );
  }

  /** Nobody's answer at the first attempt is no reason to ask the next: a change may have been made. */
  async #askOne(members: readonly Member[], task: KeyTask): Promise<PoolKeys['result']> {
    const server = members.find(({ status }) => status === 'alive');
    if (server === undefined) return emptyResult('none of its servers can be reached');
    const running = this.#options.query(KEY_QUERY, encodeKeyTask(task), {
      filterNodes: [server.name],
      relayFactor: Math.max(MIN_RELAYS, task.relayFactor),
      timeoutMs: ANSWER_LIMIT_MS,
      onResponse: () => running.close(),
    });
    const answer = (await running.finished).responses.find(({ from }) => from === server.name);
    if (answer === undefined) return emptyResult(`no answer from ${server.name}`);
    return decodeKeyResult(answer.payload) ?? emptyResult(`no sense in ${server.name}'s answer`);
  }

  /** What Consul's servers hold of their LAN pool is listed by Consul alone; here they would fail each list. */
  #datacenters(): [string, Member[]][] {
    const found = new Map<string, Member[]>();
    for (const member of this.#options.members()) {
      const datacenter = member.tags['dc'] ?? '';
      if (datacenter === '' || datacenter === this.#options.datacenter) continue;
      if (member.tags[LICTOR_TAG] === undefined || member.status === 'left') continue;
      found.set(datacenter, [...(found.get(datacenter) ?? []), member]);
    }
    return [...found].toSorted(([left], [right]) => (left < right ? -1 : 1));
  }
}

/** @param carryOut with this datacenter's LAN pool; never rejects. Other events than the question are not touched. */
export async function answerKeyQuery(
  event: SerfEvent,
  carryOut: (task: KeyTask) => Promise<PoolKeys['result']>,
  log: { warn(text: string): void },
): Promise<void> {
  if (event.kind !== 'query' || event.query.name !== KEY_QUERY) return;
  const { query } = event;
  const task = decodeKeyTask(query.payload);
  const result =
    task === undefined ? emptyResult('no sense in the question') : await carryOut(task);
  respond(query, result, log);
}

function respond(
  query: ReceivedQuery,
  result: PoolKeys['result'],
  log: { warn(text: string): void },
): void {
  try {
    query.respond(encodeKeyResult(result, (payload) => query.fits(payload)));
  } catch (error) {
    // Whoever asked learns by the missing answer that it came too late.
    log.warn(`cannot answer ${query.sourceNode} about keys: ${(error as Error).message}`);
  }
}
