/** What one listener has done; plain numbers, read by whoever shows them. */

export interface Counters {
  /** Connections that were taken, those that were then refused included. */
  accepted: number;
  active: number;
  /** No intention allows them. */
  denied: number;
  /** The service, or every instance that was tried, could not be reached. */
  failed: number;
  /** From whoever connected, and to it. */
  bytesIn: number;
  bytesOut: number;
}

export function newCounters(): Counters {
  return { accepted: 0, active: 0, denied: 0, failed: 0, bytesIn: 0, bytesOut: 0 };
}
