/** How much a datacenter holds, as /v1/operator/usage shows it (Consul: structs.ServiceUsage). */
export interface ServiceUsage {
  /** Distinct names. */
  Services: number;
  ServiceInstances: number;
  /** By kind; `connect-native` counts instances that speak Connect themselves. */
  ConnectServiceInstances: Record<string, number>;
  /** Instances of no special kind, those of the service `consul` left out. */
  BillableServiceInstances: number;
  Nodes: number;
}

/**
 * What Autopilot is told (Consul: structs.Config of raft-autopilot). It is kept for tools that set and read it: a datacenter
 * is one durable object, so it steers nothing. Durations are Go's texts.
 */
export interface AutopilotConfiguration {
  CleanupDeadServers: boolean;
  LastContactThreshold: string;
  MaxTrailingLogs: number;
  MinQuorum: number;
  ServerStabilizationTime: string;
  RedundancyZoneTag: string;
  DisableUpgradeMigration: boolean;
  UpgradeVersionTag: string;
}

export interface StoredAutopilotConfiguration extends AutopilotConfiguration {
  CreateIndex: number;
  ModifyIndex: number;
}

/** Consul's, of which a written configuration takes what it does not say. */
export const DEFAULT_AUTOPILOT: AutopilotConfiguration = {
  CleanupDeadServers: true,
  LastContactThreshold: '200ms',
  MaxTrailingLogs: 250,
  MinQuorum: 0,
  ServerStabilizationTime: '10s',
  RedundancyZoneTag: '',
  DisableUpgradeMigration: false,
  UpgradeVersionTag: '',
};

export interface AutopilotSetArgs {
  readonly configuration: AutopilotConfiguration;
  /** Only if this is the ModifyIndex still. */
  readonly cas?: number;
}
