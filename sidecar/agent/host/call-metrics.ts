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
  'intention.apply': 'consul.intention.apply',
  'discovery-chain.get': 'consul.discovery_chain.get',
  'acl.token-set': 'consul.acl.token.upsert',
  'acl.token-clone': 'consul.acl.token.clone',
  'acl.token-delete': 'consul.acl.token.delete',
  'acl.policy-set': 'consul.acl.policy.upsert',
  'acl.policy-delete': 'consul.acl.policy.delete',
  'acl.role-set': 'consul.acl.role.upsert',
  'acl.role-delete': 'consul.acl.role.delete',
  'acl.auth-method-set': 'consul.acl.authmethod.upsert',
  'acl.auth-method-delete': 'consul.acl.authmethod.delete',
  'acl.binding-rule-set': 'consul.acl.bindingrule.upsert',
  'acl.binding-rule-delete': 'consul.acl.bindingrule.delete',
  'acl.logout': 'consul.acl.logout',
};

export function nameOfCall(method: string): { name: string; labels: Record<string, string> } {
  const name = SAMPLES[method];
  return name === undefined
    ? { name: 'lictor.link.call', labels: { method } }
    : { name, labels: {} };
}

/** A write's way to the datacenter and back, which is what a commit of Raft is to Consul. */
export const COMMIT_TIME = 'consul.raft.commitTime';

export const isWrite = (method: string): boolean => kindOf(method) === 'write';

const kindOf = (method: string): string | undefined =>
  METHOD_KINDS[method as keyof typeof METHOD_KINDS];

/** What a link counts. */
export interface CallCounts {
  readonly sentByMethod: ReadonlyMap<string, number>;
  readonly failedOps: number;
  readonly refusedOps: number;
}

/**
 * What left for the datacenter since the start. An agent with a control plane counts it as that one's requests too: other
 * hosts' are in their own figures.
 */
export function countCalls(calls: CallCounts, isServer: boolean): Total[] {
  const sums = { all: 0, read: 0, write: 0 };
  for (const [method, count] of calls.sentByMethod) {
    sums.all += count;
    const kind = kindOf(method);
    if (kind === 'read' || kind === 'write') sums[kind] += count;
  }
  const values: Readonly<Record<string, number>> = {
    'consul.client.rpc': sums.all,
    'consul.client.rpc.failed': calls.failedOps,
    ...(isServer && {
      'consul.rpc.request': sums.all,
      'consul.rpc.query': sums.read,
      'consul.rpc.request_error': calls.refusedOps,
      'consul.raft.apply': sums.write,
    }),
  };
  return [
    ...Object.entries(values).map(([name, value]) => ({ name, value, labels: {} })),
    ...[...calls.sentByMethod].map(([method, value]) => ({
      name: 'lictor.link.ops_sent',
      value,
      labels: { method },
    })),
  ];
}
