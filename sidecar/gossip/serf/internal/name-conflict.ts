import type { GossipLog } from '../../log.ts';
import type { Endpoint } from '../../transport.ts';
import { decodeConflictResponse } from '../messages/conflict.ts';
import type { RunningQuery } from '../query/running-query.ts';
import { INTERNAL_QUERY } from './internal-queries.ts';

export interface ConflictVoteOptions {
  readonly nodeName: string;
  readonly self: Endpoint;
  readonly query: (name: string, payload: Uint8Array) => RunningQuery;
  readonly log: GossipLog;
}

/**
 * Another node claims this node's name: asks the others where they know the name to be.
 *
 * @returns whether a majority of those who answered know this node; without any answer nobody does, as in Serf
 * @throws GossipError as a query does
 */
export async function winsNameConflict(options: ConflictVoteOptions): Promise<boolean> {
  const { nodeName, self, query, log } = options;
  const { responses } = await query(INTERNAL_QUERY.conflict, Buffer.from(nodeName)).finished;
  const votes = responses
    .map(({ payload }) => decodeConflictResponse(payload))
    .filter((vote) => vote !== undefined);
  const ours = votes.filter(({ address, port }) => address === self.address && port === self.port);
  const majority = Math.floor(votes.length / 2) + 1;
  log.info(`serf: ${ours.length} of ${votes.length} members know ${nodeName} to be this node`);
  return ours.length >= majority;
}
