/** What the nodes answered so far: each answer once, those of a node in their order. */
import {
  type RemoteExecAnswer,
  type RemoteExecPlace,
  jobPrefix,
  parseAnswerKey,
} from '../../../protocol/remote-exec.ts';
import { readIndex } from '../../client/blocking.ts';
import { type ConsulClient, escapePath } from '../../client/http-client.ts';
import { decodeValue, getPair } from '../../client/kv.ts';

export interface NodeAnswer extends RemoteExecAnswer {
  /** Output or exit code; of an acknowledgement nothing. */
  readonly value: Buffer;
}

export interface AnswerStreamOptions {
  /** How long one blocking read waits. */
  readonly waitMs: number;
  /** Ends the stream. */
  readonly signal: AbortSignal;
}

/** An exit code comes last, whatever the order of the keys' names. */
const ORDER: Readonly<Record<RemoteExecAnswer['kind'], number>> = { ack: 0, out: 1, exit: 2 };

/** @throws when the agent cannot be asked */
export async function* followAnswers(
  client: ConsulClient,
  place: RemoteExecPlace,
  { waitMs, signal }: AnswerStreamOptions,
): AsyncGenerator<NodeAnswer> {
  const seen = new Set<string>();
  const path = `/v1/kv/${escapePath(jobPrefix(place))}`;
  let index = 0n;
  while (!signal.aborted) {
    const query = { keys: true as const, index: index || undefined, wait: `${waitMs}ms` };
    const response = await client.request({ path, query, accept: [404], signal });
    index = readIndex(response.headers);
    if (response.status === 404) continue;
    const keys = JSON.parse(response.body.toString('utf8')) as string[];
    for (const { key, answer } of newAnswers(place, keys, seen)) {
      seen.add(key);
      if (answer.kind === 'ack') yield { ...answer, value: Buffer.alloc(0) };
      else {
        const { value: pair } = await getPair(client, key, { signal });
        if (pair !== undefined) yield { ...answer, value: decodeValue(pair) };
      }
    }
  }
}

function newAnswers(place: RemoteExecPlace, keys: readonly string[], seen: ReadonlySet<string>) {
  return keys
    .filter((key) => !seen.has(key))
    .flatMap((key) => {
      const answer = parseAnswerKey(place, key);
      return answer === undefined ? [] : [{ key, answer }];
    })
    .toSorted((left, right) => ORDER[left.answer.kind] - ORDER[right.answer.kind]);
}
