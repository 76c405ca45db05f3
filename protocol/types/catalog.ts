/**
 * Catalog and health shapes, spelled as Consul 1.21 spells them on the wire (agent/structs/structs.go).
 *
 * Optional fields are those that Consul omits when empty; every other field is always present in an answer.
 */

/** A check's state. `critical` takes an instance out of DNS and of `?passing`; `warning` keeps it in DNS only. */
export type CheckStatus = 'passing' | 'warning' | 'critical';

/** The reserved check that says whether a node is alive. It is written by the datacenter, not by a user. */
export const SERF_HEALTH_CHECK_ID = 'serfHealth';
/** Node-wide maintenance mode is this check in state critical. */
export const NODE_MAINTENANCE_CHECK_ID = '_node_maintenance';
/** A service's maintenance mode is a check whose ID is this prefix and the service's ID. */
export const SERVICE_MAINTENANCE_PREFIX = '_service_maintenance:';

export interface RaftIndex {
  CreateIndex: number;
  ModifyIndex: number;
}

export interface Locality {
  Region?: string;
  Zone?: string;
}

export interface ServiceAddress {
  Address: string;
  Port: number;
}

export interface Weights {
  Passing: number;
  Warning: number;
}

export interface Node extends RaftIndex {
  ID: string;
  Node: string;
  Address: string;
  Datacenter: string;
  TaggedAddresses: Record<string, string> | null;
  Meta: Record<string, string> | null;
  Locality?: Locality;
}

/** `typical` is spelled as the empty string, as in Consul. */
export type ServiceKind =
  | ''
  | 'connect-proxy'
  | 'mesh-gateway'
  | 'terminating-gateway'
  | 'ingress-gateway'
  | 'api-gateway';

export interface ConnectProxyConfig {
  DestinationServiceName?: string;
  DestinationServiceID?: string;
  LocalServiceAddress?: string;
  LocalServicePort?: number;
  LocalServiceSocketPath?: string;
  Mode?: string;
  Config?: Record<string, unknown>;
  Upstreams?: Record<string, unknown>[];
  MeshGateway?: Record<string, unknown>;
  Expose?: Record<string, unknown>;
  TransparentProxy?: Record<string, unknown>;
  [field: string]: unknown;
}

export interface ServiceConnect {
  Native?: boolean;
  /** Only in a registration: the agent turns it into a service of its own. */
  SidecarService?: Record<string, unknown>;
}

/** A service instance as it stands under its node (catalog/node, health/service's `Service`). */
export interface NodeService extends RaftIndex {
  Kind?: ServiceKind;
  ID: string;
  Service: string;
  Tags: string[];
  Address: string;
  TaggedAddresses?: Record<string, ServiceAddress>;
  Meta: Record<string, string> | null;
  Port: number;
  Weights: Weights;
  EnableTagOverride: boolean;
  Proxy: ConnectProxyConfig;
  Connect: ServiceConnect;
  PeerName: string;
  Locality?: Locality;
  SocketPath?: string;
}

/** A service instance joined with its node (catalog/service). */
export interface ServiceNode extends RaftIndex {
  ID: string;
  Node: string;
  Address: string;
  Datacenter: string;
  TaggedAddresses: Record<string, string> | null;
  NodeMeta: Record<string, string> | null;
  ServiceKind: ServiceKind;
  ServiceID: string;
  ServiceName: string;
  ServiceTags: string[];
  ServiceAddress: string;
  ServiceTaggedAddresses?: Record<string, ServiceAddress>;
  ServiceWeights: Weights;
  ServiceMeta: Record<string, string>;
  ServicePort: number;
  ServiceSocketPath: string;
  ServiceEnableTagOverride: boolean;
  ServiceProxy: ConnectProxyConfig;
  ServiceConnect: ServiceConnect;
  ServiceLocality?: Locality;
}

/** What a check does, kept beside its state. Durations are Go duration strings such as "10s". */
export interface HealthCheckDefinition {
  HTTP?: string;
  TLSServerName?: string;
  TLSSkipVerify?: boolean;
  Header?: Record<string, string[]>;
  Method?: string;
  Body?: string;
  DisableRedirects?: boolean;
  TCP?: string;
  TCPUseTLS?: boolean;
  UDP?: string;
  GRPC?: string;
  GRPCUseTLS?: boolean;
  OSService?: string;
  H2PING?: string;
  H2PingUseTLS?: boolean;
  Interval?: string;
  Timeout?: string;
  DeregisterCriticalServiceAfter?: string;
  ScriptArgs?: string[];
  DockerContainerID?: string;
  Shell?: string;
  TTL?: string;
}

export interface HealthCheck extends RaftIndex {
  Node: string;
  CheckID: string;
  Name: string;
  Status: CheckStatus;
  Notes: string;
  Output: string;
  ServiceID: string;
  ServiceName: string;
  ServiceTags: string[];
  Type: string;
  Interval: string;
  Timeout: string;
  ExposedPort: number;
  Definition: HealthCheckDefinition;
  PeerName?: string;
}

/** One element of health/service: an instance with its node and with both the node's and its own checks. */
export interface CheckServiceNode {
  Node: Node;
  Service: NodeService;
  Checks: HealthCheck[];
}

/** Body of PUT /v1/catalog/register. Everything but `Node` may be absent. */
export interface RegisterRequest {
  Datacenter?: string;
  ID?: string;
  Node: string;
  Address?: string;
  TaggedAddresses?: Record<string, string>;
  NodeMeta?: Record<string, string>;
  Locality?: Locality;
  Service?: Partial<NodeService>;
  Check?: Partial<HealthCheck>;
  Checks?: Partial<HealthCheck>[];
  SkipNodeUpdate?: boolean;
  /** Refused unless empty: what a peer exported is written by the peering alone. */
  PeerName?: string;
}

/** Body of PUT /v1/catalog/deregister: a check, a service with its checks, or a whole node. */
export interface DeregisterRequest {
  Datacenter?: string;
  Node: string;
  Address?: string;
  ServiceID?: string;
  CheckID?: string;
}

/** A service behind an ingress or a terminating gateway. */
export interface GatewayService extends RaftIndex {
  Gateway: { Name: string };
  Service: { Name: string };
  GatewayKind: ServiceKind;
  /** Of the ingress gateway's listener. */
  Port?: number;
  Protocol?: string;
  Hosts?: string[];
  CAFile?: string;
  CertFile?: string;
  KeyFile?: string;
  SNI?: string;
  FromWildcard?: boolean;
  /** `destination` for what lies outside of the catalog. */
  ServiceKind?: 'service' | 'destination';
  AutoHostRewrite?: boolean;
}

/** A service that other datacenters may see, and which. */
export interface ResolvedExportedService {
  Service: string;
  Consumers: { Peers?: string[] };
}
