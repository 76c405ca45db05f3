import { expect, it } from 'vitest';
import type { Answer, CallOptions, ServerRPC } from '../../../http-api/server-rpc.ts';
import { FEATURE_NODE_CHANGES } from '../../../protocol/frames.ts';
import { LinkCatalog } from './link-catalog.ts';

interface Round {
  readonly known: number;
  readonly consistency: CallOptions['consistency'];
}

/** Answers a follower's rounds with these indexes, and then lets it wait. */
function answering(indexes: readonly number[], rounds: Round[]): ServerRPC {
  const left = [...indexes];
  const watch = (
    _method: string,
    _args: unknown,
    { consistency }: CallOptions,
    known: number,
  ): Promise<Answer> => {
    rounds.push({ known, consistency });
    const index = left.shift();
    return index === undefined ? new Promise(() => {}) : Promise.resolve({ index, body: 'null' });
  };
  return { watch } as unknown as ServerRPC;
}

it('asks the datacenter itself at first, and then goes by the subscription: a change wakes it once', async () => {
  const rounds: Round[] = [];
  const catalog = new LinkCatalog(answering([5, 6, 9], rounds));
  catalog.linkConnected([FEATURE_NODE_CHANGES]);
  const told = Promise.withResolvers<void>();
  const indexes: number[] = [];
  const stop = catalog.followChanges('n1', (index) => {
    indexes.push(index);
    if (index === 9) told.resolve();
  });
  await told.promise;
  await Promise.resolve();
  stop();
  expect(indexes).toEqual([6, 9]);
  expect(rounds).toEqual([
    { known: 0, consistency: 'default' },
    { known: 5, consistency: 'stale' },
    { known: 6, consistency: 'stale' },
    { known: 9, consistency: 'stale' },
  ]);
});
