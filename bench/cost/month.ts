/** What a month of a typical datacenter uses: the counted operations times how often each happens. */
import type { Counts } from './counting-worker.ts';
import type { OperationId } from './operations.ts';
import { MESSAGES_PER_REQUEST, OBJECT_GIGABYTES, SECONDS_PER_MONTH, type Usage } from './prices.ts';

export type CountsByOperation = Readonly<Record<OperationId, Counts>>;

/** What one host does in a month. Every number is an assumption, printed with the result. */
export interface HostMonth {
  readonly services: number;
  readonly checksPerService: number;
  /** A deployment replaces the instance: its checks turn critical and pass again, and its registration changes. */
  readonly deploymentsPerService: number;
  /** Checks that turn critical and pass again for other reasons. */
  readonly flapsPerService: number;
  readonly kvWrites: number;
  /** Reads that ask the datacenter; `?cached`, `?stale` and DNS are answered on the host. */
  readonly linearizableReads: number;
  /** Sessions that live all month: leader elections and locks. */
  readonly sessions: number;
  readonly sessionTTLSeconds: number;
  readonly restarts: number;
}

export const TYPICAL_HOST: HostMonth = {
  services: 5,
  checksPerService: 2,
  deploymentsPerService: 40,
  flapsPerService: 30,
  kvWrites: 720,
  linearizableReads: 43_200,
  sessions: 0.1,
  sessionTTLSeconds: 15,
  restarts: 2,
};

// server-link/link-transport.ts sends one each 20 s. The platform answers without waking the object; whether it bills them is not
// said, so they are counted.
export const KEEPALIVE_SECONDS = 20;
const BYTES_PER_ROW = 400;
const GIGABYTE = 1e9;
// protocol/limits.ts: the change log holds at most a million rows.
const MAX_CHANGES = 1_000_000;

/** Rows that an operation appends to the change log. Each is deleted when the log is trimmed, and a deletion is a row written too. */
const CHANGES: Readonly<Partial<Record<OperationId, number>>> = {
  'kv-update': 1,
  'service-register': 2,
  'check-change': 1,
  'session-create': 1,
  lock: 2,
};

export function usageOf(hosts: number, host: HostMonth, counted: CountsByOperation): Usage {
  const perHost = sumOf(operationsOf(host), counted);
  const keepalives = SECONDS_PER_MONTH / KEEPALIVE_SECONDS;
  const changes = changesOf(operationsOf(host)) * hosts;
  return {
    requests: ((perHost.messages + keepalives) * hosts) / MESSAGES_PER_REQUEST,
    // The worst case, an object that never sleeps.
    gigabyteSeconds: OBJECT_GIGABYTES * SECONDS_PER_MONTH,
    rowsRead: perHost.rowsRead * hosts,
    rowsWritten: perHost.rowsWritten * hosts + changes,
    storedGigabytes: (Math.min(MAX_CHANGES, changes) * BYTES_PER_ROW) / GIGABYTE,
  };
}

/** @returns how often each operation happens on one host in a month. */
export function operationsOf(host: HostMonth): Readonly<Partial<Record<OperationId, number>>> {
  const incidents = host.services * (host.deploymentsPerService + host.flapsPerService);
  return {
    // A deployment changes the registration; a restart registers everything again, of which equal entries cost nothing.
    'service-register': host.services * host.deploymentsPerService + host.services * host.restarts,
    'check-change': incidents * host.checksPerService * 2,
    'kv-update': host.kvWrites,
    read: host.linearizableReads,
    'session-create': host.sessions * host.restarts,
    lock: host.sessions * host.restarts,
    'session-ttl': (host.sessions * SECONDS_PER_MONTH) / host.sessionTTLSeconds,
    'idle-minute': SECONDS_PER_MONTH / 60,
  };
}

function changesOf(times: Readonly<Partial<Record<OperationId, number>>>): number {
  const entries = Object.entries(times) as [OperationId, number][];
  return entries.reduce((sum, [id, count]) => sum + (CHANGES[id] ?? 0) * count, 0);
}

function sumOf(
  times: Readonly<Partial<Record<OperationId, number>>>,
  counted: CountsByOperation,
): Counts {
  const sum = { messages: 0, rowsRead: 0, rowsWritten: 0 };
  for (const [id, count] of Object.entries(times)) {
    const each = counted[id as OperationId];
    sum.messages += each.messages * count;
    sum.rowsRead += each.rowsRead * count;
    sum.rowsWritten += each.rowsWritten * count;
  }
  return sum;
}
