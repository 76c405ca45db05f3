/** How one member of a pool behaves. The defaults and the profiles are memberlist's (config.go). */
import type { Endpoint } from '../transport.ts';

export interface SwimConfig {
  /** Unique in the pool. */
  readonly name: string;
  /** Where others reach this node, when that is not where it listens (NAT). Port 0 stands for the bound one. */
  readonly advertise: Endpoint | undefined;
  /** Keeps pools on one network apart; empty for none. */
  readonly label: string;
  /** Somebody in between removes labels, so none is expected. */
  readonly skipInboundLabelCheck: boolean;
  /** 1 to 5. What is spoken; what is understood is always 1 to 5. */
  readonly protocolVersion: number;
  readonly delegateProtocolMin: number;
  readonly delegateProtocolMax: number;
  readonly delegateProtocolVersion: number;

  readonly probeIntervalMs: number;
  /** How long a direct acknowledgement may take before others are asked. Beyond the 99th percentile of round trips. */
  readonly probeTimeoutMs: number;
  /** How many others are asked to probe for us. */
  readonly indirectChecks: number;
  readonly disableTCPPings: boolean;
  readonly disableTCPPingsForNode: ((name: string) => boolean) | undefined;
  /** The probe interval grows up to this many times when this node seems to be the slow one. */
  readonly awarenessMaxMultiplier: number;
  /** A suspect has this times log10(nodes) probe intervals to refute, once enough others confirm. */
  readonly suspicionMult: number;
  /** Without confirmation it has this many times as long. */
  readonly suspicionMaxTimeoutMult: number;
  /**
   * Off is plain SWIM: no awareness, no shrinking suspicion, no nacks, no word to the suspect itself. For comparison only.
   */
  readonly lifeguard: boolean;

  readonly gossipIntervalMs: number;
  readonly gossipNodes: number;
  /** How long a dead node is still told of what is going on, so that it can refute, and then is remembered at all. */
  readonly gossipToTheDeadTimeMs: number;
  /** A message is sent this times log10(nodes) times by each node. */
  readonly retransmitMult: number;
  /** Zero turns the periodic exchange of the whole state off. */
  readonly pushPullIntervalMs: number;
  /** How long a stream may take from dialling to its end. */
  readonly streamTimeoutMs: number;

  /** What a packet may hold. 1,400 fits in Ethernet's MTU with headers to spare for tunnels. */
  readonly packetBytes: number;
  readonly compression: boolean;
  readonly verifyIncoming: boolean;
  readonly verifyOutgoing: boolean;
  /** The name of a failed node may be taken by another address after this time; zero means never. */
  readonly deadNodeReclaimTimeMs: number;
  /** Refuses to speak to whoever's name is not known (`join` by bare address). */
  readonly requireNodeNames: boolean;
  /** Networks that may take part; empty for all. */
  readonly allowedCIDRs: readonly string[];
}

export const LAN_PROFILE: Omit<SwimConfig, 'name'> = {
  advertise: undefined,
  label: '',
  skipInboundLabelCheck: false,
  // Everything up to 5 is understood; 2 is what everybody agrees to speak.
  protocolVersion: 2,
  delegateProtocolMin: 0,
  delegateProtocolMax: 0,
  delegateProtocolVersion: 0,
  probeIntervalMs: 1000,
  probeTimeoutMs: 500,
  indirectChecks: 3,
  disableTCPPings: false,
  disableTCPPingsForNode: undefined,
  awarenessMaxMultiplier: 8,
  suspicionMult: 4,
  suspicionMaxTimeoutMult: 6,
  lifeguard: true,
  gossipIntervalMs: 200,
  gossipNodes: 3,
  gossipToTheDeadTimeMs: 30_000,
  retransmitMult: 4,
  pushPullIntervalMs: 30_000,
  streamTimeoutMs: 10_000,
  packetBytes: 1400,
  compression: true,
  verifyIncoming: true,
  verifyOutgoing: true,
  deadNodeReclaimTimeMs: 0,
  requireNodeNames: false,
  allowedCIDRs: [],
};

/** Between datacenters: slower to suspect, slower to spread. */
export const WAN_PROFILE: Omit<SwimConfig, 'name'> = {
  ...LAN_PROFILE,
  streamTimeoutMs: 30_000,
  suspicionMult: 6,
  pushPullIntervalMs: 60_000,
  probeTimeoutMs: 3000,
  probeIntervalMs: 5000,
  gossipNodes: 4,
  gossipIntervalMs: 500,
  gossipToTheDeadTimeMs: 60_000,
};

/** All on one machine: nothing is lost, so failures may be noticed at once. */
export const LOCAL_PROFILE: Omit<SwimConfig, 'name'> = {
  ...LAN_PROFILE,
  streamTimeoutMs: 1000,
  indirectChecks: 1,
  retransmitMult: 2,
  suspicionMult: 3,
  pushPullIntervalMs: 15_000,
  probeTimeoutMs: 200,
  gossipIntervalMs: 100,
  gossipToTheDeadTimeMs: 15_000,
};

/** Consul lets a name be taken from a failed node after this time, so that a replaced machine may keep its name. */
export const CONSUL_DEAD_NODE_RECLAIM_MS = 30_000;

/** Consul's `gossip_lan` and `gossip_wan`, and what else of the agent's configuration concerns a pool. */
export interface ConsulPoolTuning {
  readonly allowedCIDRs: readonly string[];
  readonly gossipIntervalMs: number;
  readonly gossipNodes: number;
  readonly probeIntervalMs: number;
  readonly probeTimeoutMs: number;
  readonly suspicionMult: number;
  readonly retransmitMult: number;
}

export function consulProfile(
  pool: 'lan' | 'wan',
  tuning: ConsulPoolTuning,
): Omit<SwimConfig, 'name'> {
  return {
    ...(pool === 'lan' ? LAN_PROFILE : WAN_PROFILE),
    deadNodeReclaimTimeMs: CONSUL_DEAD_NODE_RECLAIM_MS,
    allowedCIDRs: tuning.allowedCIDRs,
    gossipIntervalMs: tuning.gossipIntervalMs,
    gossipNodes: tuning.gossipNodes,
    probeIntervalMs: tuning.probeIntervalMs,
    probeTimeoutMs: tuning.probeTimeoutMs,
    suspicionMult: tuning.suspicionMult,
    retransmitMult: tuning.retransmitMult,
  };
}
