/** Health methods (Consul: agent/consul/health_endpoint.go). */
import { forbidden } from '../../protocol/errors.ts';
import type { NodeFilterArgs } from '../../protocol/methods.ts';
import { withGateways } from '../state/catalog-instances.ts';
import {
  listChecksInState,
  listChecksOfNode,
  listChecksOfService,
  listHealthyOrNot,
} from '../state/health-read.ts';
import { explainHealth } from '../state/health-why.ts';
import { CHECKS, NODES, type Topic, nodeChecksTopic, serviceTopic } from '../watch/topics.ts';
import { instanceTopics } from './catalog.ts';
import { type ReadEndpoints, topicRead } from './endpoint.ts';
import { nodeList } from './row-source.ts';

export const healthReads: ReadEndpoints<
  'health.node' | 'health.checks' | 'health.state' | 'health.service' | 'health.why'
> = {
  'health.node': topicRead(
    'health.node',
    ({ node }) => [nodeChecksTopic(node)],
    ({ sql }, { node }, authorizer) => {
      return listChecksOfNode(sql, node, authorizer);
    },
  ),
  'health.checks': nodeList(
    'health.checks',
    ({ service }) => [serviceTopic(service)],
    ({ sql }, args, authorizer, nodes) => {
      return listChecksOfService(sql, args.service, args, authorizer, nodes);
    },
  ),
  'health.state': nodeList('health.state', stateTopics, ({ sql }, args, authorizer, nodes) => {
    return listChecksInState(sql, args.state, args, authorizer, nodes);
  }),
  'health.service': nodeList(
    'health.service',
    instanceTopics,
    ({ sql, datacenter }, args, authorizer, nodes) => {
      // Of what stands before a service only those may know who may know the service, as in Consul.
      const isMesh = args.connect === true || args.ingress === true;
      if (isMesh && !authorizer.serviceRead(args.service)) throw forbidden('Permission denied');
      const selection = { ...withGateways(sql, args), nodes };
      return listHealthyOrNot(sql, datacenter, selection, args, authorizer);
    },
  ),
  'health.why': topicRead(
    'health.why',
    ({ service }) => [serviceTopic(service)],
    ({ sql }, { service }, authorizer) => JSON.stringify(explainHealth(sql, service, authorizer)),
  ),
};

function stateTopics({ nodeMeta }: NodeFilterArgs): Topic[] {
  return Object.keys(nodeMeta ?? {}).length === 0 ? [CHECKS] : [CHECKS, NODES];
}
