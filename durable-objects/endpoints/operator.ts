/** What operators ask of a datacenter (Consul: agent/consul/operator_usage_endpoint.go). */
import { readUsage } from '../state/usage.ts';
import { NODES, SERVICES, SERVICE_KINDS } from '../watch/topics.ts';
import { type ReadEndpoints, topicRead } from './endpoint.ts';

export const operatorReads: ReadEndpoints<'operator.usage'> = {
  'operator.usage': topicRead(
    'operator.usage',
    () => [NODES, SERVICES, SERVICE_KINDS],
    ({ sql }, _args, authorizer) => {
      authorizer.operatorRead();
      return JSON.stringify(readUsage(sql));
    },
  ),
};
