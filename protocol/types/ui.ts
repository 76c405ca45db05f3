/** What the web interface's endpoints are made of (Consul: agent/structs, IndexedNodeDump and IndexedNodesWithGateways). */
import type { CheckServiceNode, GatewayService, HealthCheck, NodeService } from './catalog.ts';

/** A node with all that stands on it. */
export interface NodeInfo {
  ID: string;
  Node: string;
  Address: string;
  TaggedAddresses: Record<string, string> | null;
  Meta: Record<string, string> | null;
  Services: NodeService[];
  Checks: HealthCheck[];
}

/** All instances, and which gateways lead to which services. */
export interface ServiceDump {
  Nodes: CheckServiceNode[];
  Gateways: GatewayService[];
}

/** Why one service is shown as another's upstream or downstream. */
export type TopologySource =
  | 'proxy-registration'
  | 'specific-intention'
  | 'wildcard-intention'
  | 'default-allow'
  /** A name that only routing knows. */
  | 'routing-config';

export interface TopologyLink {
  Name: string;
  Source: TopologySource;
  Intention: {
    Allowed: boolean;
    /** Requests decide, not connections. */
    HasPermissions: boolean;
    ExternalSource: string;
    /** Neither end is a wildcard. */
    HasExact: boolean;
    DefaultAllow: boolean;
  };
}

export interface ServiceTopology {
  Protocol: string;
  TransparentProxy: boolean;
  Upstreams: readonly TopologyLink[];
  Downstreams: readonly TopologyLink[];
  FilteredByACLs: boolean;
  /** Instances of all that are linked, with those through which Connect reaches them. */
  Nodes: readonly CheckServiceNode[];
}
