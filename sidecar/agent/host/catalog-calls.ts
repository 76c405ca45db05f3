/**
 * Requests for the catalog by name, with how they ended (Consul: agent/catalog_endpoint.go, CatalogCounters): what came
 * in, what was answered, and what failed on the way.
 */
import type { Total } from '../cluster/gossip-metrics.ts';

/** By the route that answers, as metrics spell it. */
const NAMES: Readonly<Record<string, string>> = {
  v1_catalog_register: 'catalog_register',
  v1_catalog_deregister: 'catalog_deregister',
  v1_catalog_datacenters: 'catalog_datacenters',
  v1_catalog_nodes: 'catalog_nodes',
  v1_catalog_services: 'catalog_services',
  v1_catalog_service_: 'catalog_service_nodes',
  v1_catalog_connect_: 'catalog_connect_service_nodes',
  v1_catalog_node_: 'catalog_node_services',
  'v1_catalog_node-services_': 'catalog_node_service_list',
  'v1_catalog_gateway-services_': 'catalog_gateway_services',
  v1_operator_usage: 'operator_usage',
};

/**
 * Counted when somebody reads, from what is counted of every request.
 *
 * @param answers with the labels `path` and `status`
 */
export function countCatalogCalls(answers: readonly Total[], node: string): Total[] {
  const counts = new Map<string, number>();
  for (const { labels, value } of answers) {
    const name = NAMES[labels['path'] ?? ''];
    if (name === undefined) continue;
    const status = Number(labels['status']);
    const count = (series: string): unknown =>
      counts.set(series, (counts.get(series) ?? 0) + value);
    count(`consul.client.api.${name}`);
    if (status < 400) count(`consul.client.api.success.${name}`);
    // What the client did wrong is no error of a call.
    else if (status >= 500) count(`consul.client.rpc.error.${name}`);
  }
  return [...counts].map(([name, value]) => ({ name, value, labels: { node } }));
}
