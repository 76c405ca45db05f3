/** Health methods (Consul: agent/consul/health_endpoint.go). */
import type { NodeFilterArgs } from '../../protocol/methods.ts';
import { nodeChecksTopic } from '../state/catalog-topics.ts';
import {
  listChecksInState,
  listChecksOfNode,
  listChecksOfService,
  listHealthyOrNot,
} from '../state/health-read.ts';
import { topicIndex } from '../state/topic-index.ts';
import { CHECKS, NODES, type Topic, serviceTopic } from '../watch/topics.ts';
import { instanceTopics } from './catalog.ts';
import type { ReadEndpoints } from './endpoint.ts';

export const healthReads: ReadEndpoints<
  'health.node' | 'health.checks' | 'health.state' | 'health.service'
> = {
  'health.node': {
    kind: 'read',
    topics: ({ node }) => [nodeChecksTopic(node)],
    read({ sql }, { node }, authorizer) {
      const body = listChecksOfNode(sql, node, authorizer);
      return { index: topicIndex(sql, nodeChecksTopic(node)), body };
    },
  },
  'health.checks': {
    kind: 'read',
    topics: ({ service }) => [serviceTopic(service)],
    read({ sql }, args, authorizer) {
      const body = listChecksOfService(sql, args.service, args, authorizer);
      return { index: topicIndex(sql, serviceTopic(args.service)), body };
    },
  },
  'health.state': {
    kind: 'read',
    topics: stateTopics,
    read({ sql }, args, authorizer) {
      const body = listChecksInState(sql, args.state, args, authorizer);
      return { index: topicIndex(sql, ...stateTopics(args)), body };
    },
  },
  'health.service': {
    kind: 'read',
    topics: instanceTopics,
    read({ sql, datacenter }, args, authorizer) {
      // Ingress gateways are bound to services by configuration entries, and there are none yet.
      const body = args.ingress ? '[]' : listHealthyOrNot(sql, datacenter, args, args, authorizer);
      return { index: topicIndex(sql, ...instanceTopics(args)), body };
    },
  },
};

function stateTopics({ nodeMeta }: NodeFilterArgs): Topic[] {
  return Object.keys(nodeMeta ?? {}).length === 0 ? [CHECKS] : [CHECKS, NODES];
}
