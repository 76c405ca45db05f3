/** Why instances of a service are or are not in the answers that clients choose from. Consul has no such endpoint. */
/** What keeps an instance out, or is worth knowing of one that is in. */
export type ReasonCode =
  /** Somebody took the node, or the instance, out of service on purpose. */
  | 'node-maintenance'
  | 'service-maintenance'
  /** The node's agent is dead, or was. */
  | 'agent-lost'
  /** The agent's link is down, but its time to come back is not over. */
  | 'agent-silent'
  /** The node's agent is dead, but the brake on mass failures holds the node. */
  | 'agent-held'
  | 'check-critical'
  /** DNS still gives the instance out, `?passing` does not. */
  | 'check-warning'
  /** Its weight for its present state is 0: clients that heed weights do not choose it. */
  | 'weight-zero'
  /** Neither an agent nor a check says anything of it: it counts as passing. */
  | 'unreported';

export interface HealthReason {
  Code: ReasonCode;
  /** A sentence for people. */
  Text: string;
  /** The check that says so. */
  CheckID?: string;
  Status?: string;
  /** The beginning of the check's output. */
  Output?: string;
  /** RFC 3339: the check's last change, unless the log goes back no further; or when what is announced will happen. */
  At?: string;
}

export interface InstanceVerdict {
  Node: string;
  ServiceID: string;
  /** The node's unless the instance has its own. */
  Address: string;
  Port: number;
  /** In the answer of `/v1/health/service/<name>?passing`: every check passes. */
  Passing: boolean;
  /** In answers of DNS, unless `only_passing` is set: no check is critical. */
  InDNS: boolean;
  /** What SRV answers and prepared queries tell clients, for its present state. */
  Weight: number;
  Reasons: HealthReason[];
}

export interface HealthWhy {
  Service: string;
  Instances: InstanceVerdict[];
  /** The instances that the last change took away, when there is none left and the log still tells. */
  LastRemoved: { Node: string; ServiceID: string; At: string; By: string }[];
}
