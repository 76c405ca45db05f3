/** What a pool counts at Serf's level; what memberlist counts is beside it (`sidecar/gossip/counters.ts`). */
export class SerfCounters {
  /** Messages that could not be decoded or were beyond a limit. */
  malformed = 0;
  unknownType = 0;
  userEvents = 0;
  queries = 0;
  queryAcks = 0;
  queryResponses = 0;
  /** Came again, mostly through a relay. */
  queryDuplicates = 0;
  /** To a query that is over, or was never asked. */
  queryUnrequested = 0;
  relayed = 0;
  /** Towards somebody who is no member. */
  relaysRefused = 0;
  /** Events and queries older than what is remembered, or of a time that is full. */
  tooOld = 0;
  memberFlaps = 0;
  coordinatesRejected = 0;
  queueDrops = 0;
}
