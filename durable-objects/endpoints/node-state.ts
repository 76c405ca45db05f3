/** One node whole: what its agent compares with its local state. */
import { describeNodeState } from '../state/health-read.ts';
import { type Topic, nodeChecksTopic, nodeTopic } from '../watch/topics.ts';
import { type ReadEndpoints, topicRead } from './endpoint.ts';

export const nodeStateReads: ReadEndpoints<'node.state'> = {
  'node.state': topicRead(
    'node.state',
    ({ node }) => topicsOf(node),
    ({ sql, datacenter }, { node }, authorizer) => {
      return describeNodeState(sql, datacenter, node, authorizer);
    },
  ),
};

function topicsOf(node: string): Topic[] {
  return [nodeTopic(node), nodeChecksTopic(node)];
}
