/** One node whole: what its agent compares with its local state. */
import { nodeChecksTopic } from '../state/catalog-topics.ts';
import { describeNodeState } from '../state/health-read.ts';
import { topicIndex } from '../state/topic-index.ts';
import { type Topic, nodeTopic } from '../watch/topics.ts';
import type { ReadEndpoints } from './endpoint.ts';

export const nodeStateReads: ReadEndpoints<'node.state'> = {
  'node.state': {
    kind: 'read',
    topics: ({ node }) => topicsOf(node),
    read({ sql, datacenter }, { node }, authorizer) {
      const body = describeNodeState(sql, datacenter, node, authorizer);
      return { index: topicIndex(sql, ...topicsOf(node)), body };
    },
  },
};

function topicsOf(node: string): Topic[] {
  return [nodeTopic(node), nodeChecksTopic(node)];
}
