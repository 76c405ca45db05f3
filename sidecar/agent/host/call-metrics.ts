/** Calls to the datacenter under the names that Consul gives its own RPC endpoints (agent/consul, MeasureSince). */
import { METHOD_KINDS } from '../../../protocol/method-kinds.ts';
import type { Total } from '../cluster/gossip-metrics.ts';

/** Methods whose duration Consul measures, in milliseconds; the others are told as Lictor's own. */
const SAMPLES: Readonly<Record<string, string>> = {
  'kv.apply': 'consul.kvs.apply',
  'txn.apply': 'consul.txn.apply',
  'txn.read': 'consul.txn.read',
  'session.create': 'consul.session.apply',
  'session.destroy': 'consul.session.apply',
  'session.renew': 'consul.session.renew',
  'catalog.register': 'consul.catalog.register',
  'catalog.deregister': 'consul.catalog.deregister',
  'query.apply': 'consul.prepared-query.apply',
  'query.execute': 'consul.prepared-query.execute',
  'query.explain': 'consul.prepared-query.explain',
  'config.apply': 'consul.config_entry.apply',
  'config.delete': 'consul.config_entry.delete',
  'config.get': 'consul.config_entry.get',
  'config.list': 'consul.config_entry.list',
};

export function nameOfCall(method: string): { name: string; labels: Record<string, string> } {
  const name = SAMPLES[method];
  return name === undefined
    ? { name: 'lictor.link.call', labels: { method } }
    : { name, labels: {} };
}

/**
 * What left for the datacenter since the start. An agent with a control plane counts it as that
 * one's requests too: other hosts' are in their own figures.
 */
export function countCalls(sent: ReadonlyMap<string, number>, isServer: boolean): Total[] {
  let all = 0;
  let reads = 0;
  for (const [method, count] of sent) {
    all += count;
    if (METHOD_KINDS[method as keyof typeof METHOD_KINDS] === 'read') reads += count;
  }
  const total = (name: string, value: number): Total => ({ name, value, labels: {} });
  return [
    total('consul.client.rpc', all),
    ...(isServer ? [total('consul.rpc.request', all), total('consul.rpc.query', reads)] : []),
    ...[...sent].map(([method, value]) => ({
      name: 'lictor.link.ops_sent',
      value,
      labels: { method },
    })),
  ];
}
