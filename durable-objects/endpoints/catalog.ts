/** Catalog methods (Consul: agent/consul/catalog_endpoint.go). */
import { RPCError, invalid } from '../../protocol/errors.ts';
import type { MethodArgs } from '../../protocol/methods.ts';
import type { RegisterRequest } from '../../protocol/types/catalog.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import type { CatalogHooks } from '../state/catalog-hooks.ts';
import { withGateways } from '../state/catalog-instances.ts';
import { prepareCheck, prepareNode, prepareService } from '../state/catalog-prepare.ts';
import {
  describeNode,
  listNodeServices,
  listNodes,
  listServiceInstances,
  listServices,
} from '../state/catalog-read.ts';
import { foldName } from '../state/catalog-topics.ts';
import { findVirtualIP } from '../state/catalog-virtual-ip.ts';
import { type PreparedRegistration, deregisterTxn, registerTxn } from '../state/catalog-write.ts';
import type { CheckInput } from '../state/checks.ts';
import { groupRows, renderRows } from '../state/list-rows.ts';
import { NARROWER } from '../state/list-size.ts';
import { namesWithOtherTags } from '../state/services-changed.ts';
import { findServiceHead } from '../state/services-rows.ts';
import type { ServiceInput } from '../state/services-content.ts';
import { sessionHooks } from '../state/session-invalidation.ts';
import {
  ANY_CONNECT,
  ANY_INGRESS,
  INSTANCES,
  NODES,
  SERVICES,
  type Topic,
  configKindTopic,
  configEntryTopic,
  connectTopic,
  ingressTopic,
  nodeTopic,
  serviceTopic,
  virtualIPTopic,
} from '../watch/topics.ts';
import {
  authorizeCheck,
  authorizeDeregistration,
  authorizeRegistration,
} from './catalog-rights.ts';
import {
  type EndpointContext,
  type ReadEndpoints,
  type WriteEndpoints,
  topicRead,
} from './endpoint.ts';
import { nodeList } from './row-source.ts';

/** Sessions are the one thing that hangs on the catalog. */
const HOOKS: CatalogHooks = sessionHooks;

/**
 * What a reader of a service's instances depends on; without a name it is the list of all services.
 */
export function instanceTopics({
  service,
  connect,
  ingress,
  mergeCentralConfig,
}: MethodArgs<'catalog.service'>): Topic[] {
  const central = centralTopics(mergeCentralConfig);
  if (service === '') return [INSTANCES, ...central];
  if (ingress) return [ingressTopic(service), ANY_INGRESS, ...central];
  return connect
    ? [connectTopic(service), ANY_CONNECT, ...central]
    : [serviceTopic(service), ...central];
}

/** Which services' defaults count, the proxies' registrations say; so any service's do. */
function centralTopics(merge: boolean | undefined): Topic[] {
  return merge
    ? [configEntryTopic('proxy-defaults', 'global'), configKindTopic('service-defaults')]
    : [];
}

export const catalogReads: ReadEndpoints<
  | 'catalog.nodes'
  | 'catalog.node'
  | 'catalog.node-services'
  | 'catalog.services'
  | 'catalog.service'
  | 'catalog.virtual-ip'
> = {
  'catalog.nodes': nodeList(
    'catalog.nodes',
    () => [NODES],
    ({ sql, datacenter }, args, authorizer, nodes) => {
      return listNodes(sql, datacenter, args, authorizer, nodes);
    },
  ),
  'catalog.node': topicRead(
    'catalog.node',
    ({ node }) => [nodeTopic(node)],
    ({ sql, datacenter }, { node }, authorizer) => {
      return describeNode(sql, datacenter, node, authorizer);
    },
  ),
  'catalog.node-services': topicRead(
    'catalog.node-services',
    ({ node, mergeCentralConfig }) => [nodeTopic(node), ...centralTopics(mergeCentralConfig)],
    ({ sql, datacenter }, args, authorizer) => {
      return listNodeServices(sql, datacenter, args, authorizer);
    },
  ),
  'catalog.services': {
    ...topicRead('catalog.services', servicesTopics, ({ sql }, args, authorizer) => {
      const rows = listServices(sql, args, authorizer);
      return `{${renderRows(rows, NARROWER.services).slice(1, -1)}}`;
    }),
    rows: {
      topics: () => [SERVICES],
      groups: ({ nodeMeta }, touched, { sql }, authorizer) =>
        isEmpty(nodeMeta) && authorizer.allowsAll('node', 'read')
          ? namesWithOtherTags(sql, touched)
          : touched.services,
      read: ({ sql }, args, authorizer, names) =>
        groupRows(names, listServices(sql, args, authorizer, names)),
    },
  },
  'catalog.service': nodeList(
    'catalog.service',
    instanceTopics,
    ({ sql, datacenter }, args, authorizer, nodes) => {
      const selection = { ...withGateways(sql, args), nodes };
      return listServiceInstances(sql, datacenter, selection, args, authorizer);
    },
  ),
  'catalog.virtual-ip': topicRead(
    'catalog.virtual-ip',
    ({ service }) => [virtualIPTopic(service)],
    ({ sql }, { service }, authorizer) => {
      const address = authorizer.serviceRead(service) ? findVirtualIP(sql, foldName(service)) : '';
      return JSON.stringify(address);
    },
  ),
};

/** Which nodes carry a service matters only to a reader who filters by the nodes' metadata. */
function servicesTopics({ nodeMeta }: MethodArgs<'catalog.services'>): Topic[] {
  return isEmpty(nodeMeta) ? [SERVICES] : [SERVICES, NODES];
}

const isEmpty = (map: object | undefined): boolean => Object.keys(map ?? {}).length === 0;

export const catalogWrites: WriteEndpoints<'catalog.register' | 'catalog.deregister'> = {
  'catalog.register': {
    kind: 'write',
    prepare: (context, request, authorizer) => prepareRegistration(context, request, authorizer),
    apply(tx, request) {
      registerTxn(tx, request as PreparedRegistration, HOOKS);
      return 'true';
    },
  },
  'catalog.deregister': {
    kind: 'write',
    prepare(context, request, authorizer) {
      requireOwnDatacenter(context, request.Datacenter);
      if (!request.Node) throw invalid('Must provide node');
      authorizeDeregistration(context, request, authorizer);
      return request;
    },
    apply(tx, request) {
      deregisterTxn(tx, request, HOOKS);
      return 'true';
    },
  },
};

function prepareRegistration(
  context: EndpointContext,
  request: RegisterRequest,
  authorizer: Authorizer,
): PreparedRegistration {
  refusePeers(request);
  requireOwnDatacenter(context, request.Datacenter);
  const { Node } = prepareNode({ Node: request.Node, ID: request.ID });
  if (!request.Address && !request.SkipNodeUpdate) {
    throw invalid('Must provide address if SkipNodeUpdate is not set');
  }
  const Service = request.Service ? prepareService(request.Service) : undefined;
  const registration = { ...request, Node, Service, Check: undefined };
  authorizeRegistration(context, registration, authorizer);
  const given = [...(request.Checks ?? []), ...(request.Check ? [request.Check] : [])];
  // One check after the other: of two faults that of the first is named.
  const Checks = given.map((check) => {
    const prepared = prepareCheck(Node, check);
    requireKnownService(context, Node, prepared, Service);
    authorizeCheck(context, registration, prepared, authorizer);
    return prepared;
  });
  return { ...registration, Checks };
}

/** What a peer exported comes from that peer alone. */
function refusePeers({ PeerName, Service, Check, Checks = [] }: RegisterRequest): void {
  const parts = [{ PeerName }, Service, Check, ...Checks];
  if (parts.some((part) => part?.PeerName))
    throw invalid('cannot register requests with PeerName in them');
}

/** Consul compares these IDs exactly here, though nowhere else. */
function requireKnownService(
  { sql }: EndpointContext,
  node: string,
  check: CheckInput,
  service: ServiceInput | undefined,
): void {
  const id = check.ServiceID ?? '';
  if (id === '' || service?.ID === id || findServiceHead(sql, node, id)?.id === id) return;
  throw invalid(`Unknown service ID '${id}' for check ID '${check.CheckID}'`);
}

function requireOwnDatacenter({ datacenter }: EndpointContext, asked: string | undefined): void {
  if (asked && asked !== datacenter)
    throw new RPCError('unknown-datacenter', 'No path to datacenter');
}
