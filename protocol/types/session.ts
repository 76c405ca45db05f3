/** Session shapes, as Consul 1.21 spells them (agent/structs/structs.go, Session). */
import type { RaftIndex } from './catalog.ts';

export type SessionBehavior = 'release' | 'delete';

export interface ServiceCheck {
  ID: string;
  Namespace: string;
}

export interface Session extends RaftIndex {
  ID: string;
  Name: string;
  Node: string;
  /** Nanoseconds, as Go renders a time.Duration. */
  LockDelay: number;
  Behavior: SessionBehavior;
  /** Go duration string; empty means that the session never expires by itself. */
  TTL: string;
  NodeChecks: string[] | null;
  ServiceChecks: ServiceCheck[] | null;
}
