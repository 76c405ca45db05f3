/** One node whole, in part or in digests: what its agent compares with its local state. */
import { badRequest } from '../../protocol/errors.ts';
import type { EntryIDs } from '../../protocol/node-digest.ts';
import { describeNodeDigest, describeNodeState } from '../state/node-state.ts';
import { type Topic, nodeChecksTopic, nodeTopic } from '../watch/topics.ts';
import { type ReadEndpoints, topicRead } from './endpoint.ts';

export const nodeStateReads: ReadEndpoints<'node.state' | 'node.digest' | 'node.changed'> = {
  'node.state': topicRead(
    'node.state',
    ({ node }) => topicsOf(node),
    ({ sql, datacenter }, { node, only }, authorizer) => {
      if (only !== undefined) requireIDs(only, 'only');
      return describeNodeState(sql, datacenter, node, authorizer, only);
    },
  ),
  'node.digest': topicRead(
    'node.digest',
    ({ node }) => topicsOf(node),
    ({ sql, datacenter }, { node, digest, except }, authorizer) => {
      requireIDs(except, 'except');
      return describeNodeDigest(sql, datacenter, node, authorizer, digest, except);
    },
  ),
  // Its agent looks for itself what there is to see, and only where it has not written itself.
  'node.changed': topicRead(
    'node.changed',
    ({ node }) => topicsOf(node),
    () => 'null',
  ),
};

/** @throws RPCError bad-request: sidecars are not trusted */
function requireIDs(ids: EntryIDs, name: string): void {
  const lists = [ids?.services, ids?.checks] as unknown[];
  if (!lists.every((list) => Array.isArray(list)))
    throw badRequest(`${name} has no lists of services and checks`);
}

function topicsOf(node: string): Topic[] {
  return [nodeTopic(node), nodeChecksTopic(node)];
}
