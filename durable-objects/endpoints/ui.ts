/** What the web interface asks for (Consul: agent/consul/internal_endpoint.go). */
import { dumpGateway, dumpNodes, dumpServices } from '../state/dump.ts';
import {
  CHECKS,
  INSTANCES,
  NODES,
  type Topic,
  configKindTopic,
  gatewayServicesTopic,
  nodeChecksTopic,
  nodeTopic,
} from '../watch/topics.ts';
import { type ReadEndpoints, topicRead } from './endpoint.ts';

/** On which it depends where gateways lead; a topic for each link would cost every write a row. */
const GATEWAY_ENTRIES: readonly Topic[] = [
  'ingress-gateway',
  'terminating-gateway',
  'service-defaults',
  'proxy-defaults',
].map(configKindTopic);

export const uiReads: ReadEndpoints<
  'internal.node-dump' | 'internal.service-dump' | 'internal.gateway-dump'
> = {
  'internal.node-dump': topicRead(
    'internal.node-dump',
    ({ node }) =>
      node === undefined ? [NODES, INSTANCES, CHECKS] : [nodeTopic(node), nodeChecksTopic(node)],
    ({ sql }, { node }, authorizer) => dumpNodes(sql, node, authorizer),
  ),
  'internal.service-dump': topicRead(
    'internal.service-dump',
    () => [INSTANCES, CHECKS, ...GATEWAY_ENTRIES],
    ({ sql, datacenter }, _args, authorizer) => dumpServices(sql, datacenter, authorizer),
  ),
  'internal.gateway-dump': topicRead(
    'internal.gateway-dump',
    ({ gateway }) => [gatewayServicesTopic(gateway), INSTANCES, CHECKS],
    ({ sql, datacenter }, { gateway }, authorizer) => {
      authorizer.require('service', 'read', gateway);
      return dumpGateway(sql, datacenter, gateway, authorizer);
    },
  ),
};
