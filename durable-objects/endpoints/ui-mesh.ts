/** What the web interface asks of the mesh (Consul: agent/consul/internal_endpoint.go, ServiceTopology and GatewayIntentions). */
import { RPCError, forbidden } from '../../protocol/errors.ts';
import type { ServiceTopology, TopologyLink } from '../../protocol/types/ui.ts';
import { protocolOf } from '../discovery-chain/chain-entries.ts';
import { checkChain } from '../state/config-chain.ts';
import { findEntry } from '../state/config-entries.ts';
import { EntryReader } from '../state/config-reader.ts';
import type { SQL } from '../db/storage.ts';
import { foldName } from '../state/catalog-topics.ts';
import { linksOfGateways } from '../state/gateway-links.ts';
import { listHealthyOrNot } from '../state/health-read.ts';
import { intentionsTo } from '../state/intentions.ts';
import { readTopology } from '../state/topology.ts';
import {
  CHECKS,
  INSTANCES,
  type Topic,
  configKindTopic,
  gatewayServicesTopic,
} from '../watch/topics.ts';
import { type EndpointContext, type ReadEndpoints, topicRead } from './endpoint.ts';

/** On which it depends who reaches whom. */
const MESH_ENTRIES: readonly Topic[] = [
  'service-intentions',
  'service-router',
  'service-splitter',
  'service-resolver',
  'service-defaults',
  'proxy-defaults',
  'ingress-gateway',
  'terminating-gateway',
].map(configKindTopic);

export const uiMeshReads: ReadEndpoints<
  'internal.service-topology' | 'internal.gateway-intentions'
> = {
  'internal.service-topology': topicRead(
    'internal.service-topology',
    () => [INSTANCES, CHECKS, ...MESH_ENTRIES],
    (context, { service, kind }, authorizer) => {
      if (!authorizer.serviceRead(service)) throw forbidden('Permission denied');
      const { sql, datacenter, intentionDefault } = context;
      const found = readTopology(sql, datacenter, service, intentionDefault);
      const isVisible = ({ Name }: TopologyLink): boolean => authorizer.serviceRead(Name);
      const upstreams = found.upstreams.filter(isVisible);
      const downstreams = found.downstreams.filter(isVisible);
      const shown = upstreams.length + downstreams.length;
      const topology: ServiceTopology = {
        Protocol: kind === '' ? protocolOfService(sql, service) : protocolOfGateway(sql, service),
        TransparentProxy: kind === '' && found.isTransparent,
        Upstreams: upstreams,
        Downstreams: downstreams,
        FilteredByACLs: shown < found.upstreams.length + found.downstreams.length,
        Nodes: instancesOf(context, [...upstreams, ...downstreams], authorizer),
      };
      return JSON.stringify(topology);
    },
  ),
  'internal.gateway-intentions': topicRead(
    'internal.gateway-intentions',
    ({ gateway }) => [gatewayServicesTopic(gateway), configKindTopic('service-intentions')],
    ({ sql }, { gateway }, authorizer) => {
      const services = linksOfGateways(sql)
        .filter(({ name }) => foldName(name) === foldName(gateway) && authorizer.serviceRead(name))
        .flatMap(({ links }) => links.map(({ service }) => service))
        .filter((service) => authorizer.serviceRead(service));
      // What is said of every destination is said once. (Consul keeps only the first intention that has no ID.)
      const once = new Map(
        [...new Set(services)]
          .flatMap((service) => intentionsTo(sql, service))
          .map((one) => [
            `${one.DestinationName}\0${one.SourcePeer ?? ''}\0${one.SourceName}`,
            one,
          ]),
      );
      return JSON.stringify(
        [...once.values()].filter(({ DestinationName }) =>
          authorizer.intentionRead(DestinationName),
        ),
      );
    },
  ),
};

/** As its chain has it; without one that holds, as its defaults say. */
function protocolOfService(sql: SQL, service: string): string {
  const entries = new EntryReader(sql);
  try {
    return checkChain(entries, service).protocol;
  } catch (error) {
    if (error instanceof RPCError) return protocolOf(entries, service);
    throw error;
  }
}

/** Of its listeners' services; '' for a gateway without an entry. */
function protocolOfGateway(sql: SQL, gateway: string): string {
  const [first] = findEntry(sql, 'ingress-gateway', gateway)?.Listeners ?? [];
  return first === undefined ? '' : (first.Protocol ?? '');
}

/** The instances of the services with those through which Connect reaches them, each once. */
function instancesOf(
  { sql, datacenter }: EndpointContext,
  links: readonly TopologyLink[],
  authorizer: Parameters<typeof listHealthyOrNot>[4],
): ServiceTopology['Nodes'] {
  const names = [...new Set(links.map(({ Name }) => Name))];
  const texts = names.flatMap((service) =>
    [{ service }, { service, connect: true }].flatMap((selection) =>
      Array.from(listHealthyOrNot(sql, datacenter, selection, {}, authorizer), ({ text }) => text),
    ),
  );
  return [...new Set(texts)].map((text) => JSON.parse(text) as ServiceTopology['Nodes'][number]);
}
