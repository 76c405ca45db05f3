/** Discovery chains as the API shows them, as far as anything here reads them (Consul: agent/structs/discovery_chain.go). */

export interface DiscoveryChain {
  Chain: {
    ServiceName: string;
    Datacenter: string;
    Protocol: string;
    Default?: boolean;
    StartNode: string;
    Nodes: Record<string, { Type: 'router' | 'splitter' | 'resolver'; Name: string }>;
    Targets: Record<string, { ID: string; Service: string; Datacenter?: string; Peer?: string }>;
    AutoVirtualIPs: string[] | null;
    ManualVirtualIPs: string[] | null;
  };
}

export interface ChainArgs {
  service: string;
  /** The datacenter from which the chain is looked at; the own one without it. */
  compileIn?: string;
  /** What one proxy wants otherwise; empty and zero for nothing. */
  overrides?: { protocol: string; meshGatewayMode: string; connectTimeoutNs: number };
}
