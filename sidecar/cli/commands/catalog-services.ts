/** `catalog services`: the names of the services of a datacenter or of one node, with their tags. */
import type { NodeService } from '../../../protocol/types/catalog.ts';
import type { ConsulClient, QueryParameters } from '../../client/http-client.ts';
import { NAMESPACED } from '../api-flags.ts';
import { defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { renderWideColumns } from '../output.ts';

export const command = defineCommand({
  usage: 'catalog services [options]',
  about: `Prints the names of the services of a datacenter.

    $ lictor catalog services
    $ lictor catalog services -tags

Those of one node, or of nodes with metadata:

    $ lictor catalog services -node=web
    $ lictor catalog services -node-meta="foo=bar"`,
  api: NAMESPACED,
  maxArguments: 0,
  flags: {
    node: flag.text('Only services of this node.', 'id or name'),
    'node-meta': flag.map('Metadata that the nodes must have. May be given several times.'),
    tags: flag.bool("Print each service's tags beside it."),
  },
  async run({ flags, client, print, warn }) {
    const meta = Object.entries(flags['node-meta']).map(([key, value]) => `${key}:${value}`);
    const query = { 'node-meta': meta };
    const services = await orFail(
      `Error listing services${flags.node === '' ? '' : ' for node'}`,
      flags.node === ''
        ? client.json<Record<string, string[]>>({ path: '/v1/catalog/services', query })
        : readNodeServices(client, flags.node, query),
    );
    const names = Object.keys(services).toSorted();
    if (names.length === 0) {
      warn('No services match the given query - try expanding your search.');
      return;
    }
    if (!flags.tags) print(names.join('\n'));
    else {
      const rows = names.map((name) => [name, services[name]!.toSorted().join(',')]);
      print(renderWideColumns(rows));
    }
  },
});

/** The tags of a service are those of all its instances. */
async function readNodeServices(
  client: ConsulClient,
  node: string,
  query: QueryParameters,
): Promise<Record<string, string[]>> {
  const path = `/v1/catalog/node/${encodeURIComponent(node)}`;
  const answer = await client.json<{ Services: Record<string, NodeService> } | null>({
    path,
    query,
  });
  const tags: Record<string, string[]> = {};
  for (const { Service, Tags } of Object.values(answer?.Services ?? {})) {
    tags[Service] = [...new Set([...(tags[Service] ?? []), ...(Tags ?? [])])];
  }
  return tags;
}
