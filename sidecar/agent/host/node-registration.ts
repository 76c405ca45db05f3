/** How the agent's own node stands in the catalog: node, serfHealth, and for a server the service `consul`. */
import { CONSUL_COMPATIBILITY } from '../../../protocol/compatibility.ts';
import type { RegisterRequest } from '../../../protocol/types/catalog.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import { SERF_HEALTH_CHECK_ID } from '../../../protocol/types/catalog.ts';

export interface OwnNode {
  readonly name: string;
  readonly id: string;
  readonly datacenter: string;
  readonly address: string;
  readonly taggedAddresses: Readonly<Record<string, string>>;
  readonly meta: Readonly<Record<string, string>>;
  readonly isServer: boolean;
  readonly serverPort: number;
  readonly grpcPort: number;
}

export function ownNodeOf(config: AgentConfig, id: string): OwnNode {
  return {
    name: config.nodeName,
    id,
    datacenter: config.datacenter,
    address: config.advertiseAddress,
    taggedAddresses: config.taggedAddresses,
    meta: config.nodeMeta,
    isServer: config.server,
    serverPort: config.ports.server,
    grpcPort: config.ports.grpc,
  };
}

/** The service under which Consul's servers register themselves; readiness probes and dashboards look for it. */
export const CONSUL_SERVICE_ID = 'consul';

export function ownRegistration(node: OwnNode): RegisterRequest {
  const request: RegisterRequest = {
    Datacenter: node.datacenter,
    ID: node.id,
    Node: node.name,
    Address: node.address,
    TaggedAddresses: { ...node.taggedAddresses },
    NodeMeta: ownNodeMeta(node),
    Check: {
      Node: node.name,
      CheckID: SERF_HEALTH_CHECK_ID,
      Name: 'Serf Health Status',
      Status: 'passing',
      Output: 'Agent alive and reachable',
    },
  };
  if (node.isServer) request.Service = consulService(node);
  return request;
}

/** Consul adds these to what the configuration gives. */
export function ownNodeMeta(node: Pick<OwnNode, 'meta'>): Record<string, string> {
  return { ...node.meta, 'consul-network-segment': '', 'consul-version': CONSUL_COMPATIBILITY };
}

function consulService(node: OwnNode): NonNullable<RegisterRequest['Service']> {
  return {
    ID: CONSUL_SERVICE_ID,
    Service: CONSUL_SERVICE_ID,
    Tags: [],
    Port: node.serverPort,
    Meta: {
      ...(node.grpcPort > 0 ? { grpc_port: String(node.grpcPort) } : {}),
      non_voter: 'false',
      raft_version: '3',
      read_replica: 'false',
      serf_protocol_current: '2',
      serf_protocol_max: '5',
      serf_protocol_min: '1',
      version: CONSUL_COMPATIBILITY,
    },
  };
}
