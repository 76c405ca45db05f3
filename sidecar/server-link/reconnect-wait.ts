/**
 * How long a sidecar waits before it dials again.
 *
 * A deploy drops every link of a datacenter at once, and each sidecar that is back registers its host, compares its part of the
 * catalog and subscribes anew. So the wait is random over a range that grows with the number of hosts, which gossip tells,
 * and doubles with each failure.
 */
import { RECONNECT_MAX_JITTER_MS } from '../../protocol/limits.ts';

/** A local control plane that was restarted is back within this. */
const FIRST_WAIT_MS = 25;
/** 200 hosts a second: each takes the datacenter some milliseconds. */
const SPREAD_PER_HOST_MS = 5;
/** A refusal lasts until somebody upgrades a program or mends a configuration. */
const FIRST_REFUSED_WAIT_MS = 10_000;
const MAX_REFUSED_WAIT_MS = 300_000;
/** 2 to this power exceeds every range there is. */
const MAX_DOUBLINGS = 16;

export interface ReconnectOptions {
  /** Attempts that failed since the link stood last. */
  readonly failures: number;
  /** Members of the datacenter, this one included; 1 where it is not known. */
  readonly hosts: number;
  /** Uniform in [0, 1). */
  readonly random: number;
}

/** @returns at most FIRST_WAIT_MS above RECONNECT_MAX_JITTER_MS, upon which the datacenter's grace for hosts is built */
export function reconnectWaitMs({ failures, hosts, random }: ReconnectOptions): number {
  const firstRangeMs = Math.max(FIRST_WAIT_MS, hosts * SPREAD_PER_HOST_MS);
  const rangeMs = firstRangeMs * 2 ** Math.min(failures, MAX_DOUBLINGS);
  return FIRST_WAIT_MS + Math.min(RECONNECT_MAX_JITTER_MS, rangeMs) * random;
}

/**
 * After the datacenter said that it does not take this sidecar: seldom, but without an end, since what is mended over there
 * (an older version, a wrong address behind the same name) restarts no agent.
 *
 * @param refusals in a row, 1 for the first. @returns from half of the wait to the whole
 */
export function refusedWaitMs(refusals: number, random: number): number {
  const wholeMs = FIRST_REFUSED_WAIT_MS * 2 ** Math.min(refusals - 1, MAX_DOUBLINGS);
  return (Math.min(wholeMs, MAX_REFUSED_WAIT_MS) * (1 + random)) / 2;
}
