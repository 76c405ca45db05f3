import type { DNSTimings } from './timings.ts';

/** Counters since the start, for the agent's telemetry. Plain fields: they are bumped on the hot path. */
export class DNSMetrics {
  udpQueries = 0;
  tcpQueries = 0;
  /** Answered from an encoded answer. */
  cacheHits = 0;
  /** Answers by response code, 0 to 15. */
  readonly responses: number[] = Array.from({ length: 16 }, () => 0);
  /** Packets that were no DNS query and got no answer. */
  ignored = 0;
  /** UDP answers withheld or shrunk by the rate limit. */
  rateLimited = 0;
  truncated = 0;
  /** Lookups that failed or outlived their time. */
  failedLookups = 0;
  /** Queries refused because too many were waiting. */
  overloaded = 0;
  recursions = 0;
  failedRecursions = 0;
  sendErrors = 0;
  /** Answered from what the source knew when it last heard of the datacenter, longer ago than Consul tolerates in silence. */
  stale = 0;
  tcpConnections = 0;
  /** Connections refused above the limit. */
  refusedConnections = 0;
  /** Null until there is somebody who wants to know. */
  timings: DNSTimings | null = null;
}
