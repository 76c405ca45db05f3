/** Health methods (Consul: agent/consul/health_endpoint.go). */
import type { NodeFilterArgs } from '../../protocol/methods.ts';
import { withGateways } from '../state/catalog-instances.ts';
import { nodeChecksTopic } from '../state/catalog-topics.ts';
import {
  listChecksInState,
  listChecksOfNode,
  listChecksOfService,
  listHealthyOrNot,
} from '../state/health-read.ts';
import { CHECKS, NODES, type Topic, serviceTopic } from '../watch/topics.ts';
import { instanceTopics } from './catalog.ts';
import { type ReadEndpoints, topicRead } from './endpoint.ts';

export const healthReads: ReadEndpoints<
  'health.node' | 'health.checks' | 'health.state' | 'health.service'
> = {
  'health.node': topicRead(
    'health.node',
    ({ node }) => [nodeChecksTopic(node)],
    ({ sql }, { node }, authorizer) => {
      return listChecksOfNode(sql, node, authorizer);
    },
  ),
  'health.checks': topicRead(
    'health.checks',
    ({ service }) => [serviceTopic(service)],
    ({ sql }, args, authorizer) => {
      return listChecksOfService(sql, args.service, args, authorizer);
    },
  ),
  'health.state': topicRead('health.state', stateTopics, ({ sql }, args, authorizer) => {
    return listChecksInState(sql, args.state, args, authorizer);
  }),
  'health.service': topicRead(
    'health.service',
    instanceTopics,
    ({ sql, datacenter }, args, authorizer) => {
      return listHealthyOrNot(sql, datacenter, withGateways(sql, args), args, authorizer);
    },
  ),
};

function stateTopics({ nodeMeta }: NodeFilterArgs): Topic[] {
  return Object.keys(nodeMeta ?? {}).length === 0 ? [CHECKS] : [CHECKS, NODES];
}
