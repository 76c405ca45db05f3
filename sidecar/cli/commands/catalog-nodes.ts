/** `catalog nodes`: a table of the nodes of a datacenter. */
import type { Node, ServiceNode } from '../../../protocol/types/catalog.ts';
import type { ConsulClient, QueryParameters } from '../../client/http-client.ts';
import { DATACENTER, PARTITION } from '../api-flags.ts';
import { defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { renderColumns, renderPairs } from '../output.ts';

/** The short form of an ID shows as much as Consul's tables do. */
const SHORT_ID_LENGTH = 8;

export const command = defineCommand({
  usage: 'catalog nodes [options]',
  about: `Prints the nodes of a datacenter.

    $ lictor catalog nodes
    $ lictor catalog nodes -detailed

Those that run a service, have metadata, or in order of distance:

    $ lictor catalog nodes -service=web
    $ lictor catalog nodes -node-meta="foo=bar"
    $ lictor catalog nodes -near=node-web`,
  api: [...DATACENTER, ...PARTITION],
  maxArguments: 0,
  flags: {
    detailed: flag.bool('Print whole IDs, tagged addresses and metadata.'),
    filter: flag.text('Expression that the nodes must fulfil.'),
    near: flag.text(
      'Sort by the round-trip time estimated from this node; "_agent" is the node of the agent.',
    ),
    'node-meta': flag.map('Metadata that the nodes must have. May be given several times.'),
    service: flag.text('Only nodes that run this service.', 'id or name'),
  },
  async run({ flags, client, print, warn }) {
    const query = {
      filter: flags.filter || undefined,
      near: flags.near || undefined,
      'node-meta': Object.entries(flags['node-meta']).map(([key, value]) => `${key}:${value}`),
    };
    const nodes = await orFail(
      `Error listing nodes${flags.service === '' ? '' : ' for service'}`,
      flags.service === ''
        ? client.json<Node[]>({ path: '/v1/catalog/nodes', query })
        : readServiceNodes(client, flags.service, query),
    );
    if (nodes.length === 0) {
      warn('No nodes match the given query - try expanding your search.');
      return;
    }
    print(renderColumns(flags.detailed ? detailedRows(nodes) : shortRows(nodes)));
  },
});

type ListedNode = Pick<Node, 'ID' | 'Node' | 'Address' | 'Datacenter' | 'TaggedAddresses' | 'Meta'>;

/** A node for each instance, as Consul lists them. */
async function readServiceNodes(
  client: ConsulClient,
  service: string,
  query: QueryParameters,
): Promise<ListedNode[]> {
  const path = `/v1/catalog/service/${encodeURIComponent(service)}`;
  const instances = await client.json<ServiceNode[]>({ path, query });
  return instances.map(({ ID, Node, Address, Datacenter, TaggedAddresses, NodeMeta }) => ({
    ID,
    Node,
    Address,
    Datacenter,
    TaggedAddresses,
    Meta: NodeMeta,
  }));
}

function shortRows(nodes: readonly ListedNode[]): string[][] {
  const rows = nodes.map((node) => [
    node.Node,
    node.ID.slice(0, SHORT_ID_LENGTH),
    node.Address,
    node.Datacenter,
  ]);
  return [['Node', 'ID', 'Address', 'DC'], ...rows];
}

function detailedRows(nodes: readonly ListedNode[]): string[][] {
  const rows = nodes.map((node) => [
    node.Node,
    node.ID,
    node.Address,
    node.Datacenter,
    renderPairs(node.TaggedAddresses),
    renderPairs(node.Meta),
  ]);
  return [['Node', 'ID', 'Address', 'DC', 'TaggedAddresses', 'Meta'], ...rows];
}
