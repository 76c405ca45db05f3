/** What operators ask of a datacenter (Consul: agent/consul/operator_usage_endpoint.go, operator_autopilot_endpoint.go). */
import { readAutopilot, setAutopilotTxn } from '../state/autopilot.ts';
import { readUsage } from '../state/usage.ts';
import { AUTOPILOT, NODES, SERVICES, SERVICE_KINDS } from '../watch/topics.ts';
import { type ReadEndpoints, type WriteEndpoints, topicRead } from './endpoint.ts';

export const operatorReads: ReadEndpoints<'operator.usage' | 'autopilot.get'> = {
  'operator.usage': topicRead(
    'operator.usage',
    () => [NODES, SERVICES, SERVICE_KINDS],
    ({ sql }, _args, authorizer) => {
      authorizer.operatorRead();
      return JSON.stringify(readUsage(sql));
    },
  ),
  'autopilot.get': topicRead(
    'autopilot.get',
    () => [AUTOPILOT],
    ({ sql }, _args, authorizer) => {
      authorizer.operatorRead();
      return JSON.stringify(readAutopilot(sql));
    },
  ),
};

export const operatorWrites: WriteEndpoints<'autopilot.set'> = {
  'autopilot.set': {
    kind: 'write',
    prepare(_context, args, authorizer) {
      authorizer.operatorWrite();
      return args;
    },
    apply: (tx, { configuration, cas }) => String(setAutopilotTxn(tx, configuration, cas)),
  },
};
