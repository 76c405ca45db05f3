/** Lists whose rows stand on nodes: read whole, or only what stands on some of them. */
import type {
  MethodArgs,
  NodeFilterArgs,
  ReadMethod,
  ServiceQueryArgs,
} from '../../protocol/methods.ts';
import type { RowListMethod } from '../../protocol/row-lists.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import { type ListRow, groupRows, renderRows } from '../state/list-rows.ts';
import { NARROWER } from '../state/list-size.ts';
import type { Topic } from '../watch/topics.ts';
import { type EndpointContext, type ReadEndpoint, type RowSource, topicRead } from './endpoint.ts';

/** Methods whose answer is a list of what stands on nodes. */
type NodeListMethod = Extract<RowListMethod, ReadMethod> &
  ('catalog.nodes' | 'catalog.service' | 'health.service' | 'health.checks' | 'health.state');

/** What a client can do whose list is too long. */
const REMEDIES: Readonly<Record<NodeListMethod, string>> = {
  'catalog.nodes': NARROWER.nodes,
  'catalog.service': NARROWER.instances,
  'health.service': NARROWER.instances,
  'health.checks': NARROWER.instances,
  'health.state': NARROWER.checks,
};

/**
 * @param list the rows in the order of their nodes; of these nodes only, if some are given
 */
export function nodeList<M extends NodeListMethod>(
  method: M,
  topics: (args: MethodArgs<M>) => Topic[],
  list: (
    context: EndpointContext,
    args: MethodArgs<M>,
    authorizer: Authorizer,
    nodes: readonly string[] | undefined,
  ) => Iterable<ListRow>,
): ReadEndpoint<M> {
  const rows: RowSource<M> = {
    // Which gateways and proxies lead to a service, and what is said of them centrally, changes without the nodes that
    // they stand on.
    topics: (args) => (isMesh(args) ? [] : topics(args)),
    // Sorted by distance the rows do not stand in the order of their nodes.
    groups: (args, { nodes }) => ((args as NodeFilterArgs).near ? null : nodes),
    read: (context, args, authorizer, nodes) =>
      groupRows(nodes, list(context, args, authorizer, nodes)),
  };
  const read = topicRead(method, topics, (context, args, authorizer) =>
    renderRows(list(context, args, authorizer, undefined), REMEDIES[method]),
  );
  return { ...read, rows: rows as ReadEndpoint<M>['rows'] & {} };
}

function isMesh(args: unknown): boolean {
  const { connect, ingress, mergeCentralConfig } = args as Partial<ServiceQueryArgs>;
  return connect === true || ingress === true || mergeCentralConfig === true;
}
