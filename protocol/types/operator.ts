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
