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
