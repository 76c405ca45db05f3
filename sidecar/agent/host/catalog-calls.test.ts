import { expect, it } from 'vitest';
import { countCatalogCalls } from './catalog-calls.ts';

const answers = (path: string, status: number, value: number) => ({
  name: 'lictor.http.answers',
  value,
  labels: { method: 'GET', path, status: String(status) },
});

it('counts requests by how they ended, those of other routes not at all', () => {
  const all = [
    answers('v1_catalog_service_', 200, 3),
    answers('v1_catalog_service_', 404, 4),
    answers('v1_catalog_service_', 500, 5),
    answers('v1_kv_', 200, 6),
  ];
  const counted = countCatalogCalls(all, 'n1');
  expect(counted).toEqual(
    [
      ['api.catalog_service_nodes', 12],
      ['api.success.catalog_service_nodes', 3],
      ['rpc.error.catalog_service_nodes', 5],
    ].map(([name, value]) => ({ name: `consul.client.${name}`, value, labels: { node: 'n1' } })),
  );
});
