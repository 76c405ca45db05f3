/** What the endpoints need of this host's services and checks. sidecar/local implements it. */
import type { CheckDefinition, ServiceDefinition } from '../../protocol/types/agent.ts';
import type { CheckStatus, HealthCheck, NodeService } from '../../protocol/types/catalog.ts';
import type { Agent } from './agent.ts';
import type { AgentRights } from './rights.ts';

/** As in the catalog, without the indexes that only the catalog gives. */
export type LocalService = Omit<NodeService, 'CreateIndex' | 'ModifyIndex'>;
export type LocalCheck = Omit<HealthCheck, 'CreateIndex' | 'ModifyIndex'>;

/**
 * Entries are snapshots: they are replaced, never changed. Listeners are called after the change
 * was made.
 */
export interface LocalState {
  service(id: string): { readonly service: LocalService } | undefined;
  services(): { readonly service: LocalService }[];
  check(id: string): { readonly check: LocalCheck } | undefined;
  checks(): { readonly check: LocalCheck }[];
  /** @returns the function that ends the listening */
  listen(listener: (change: { kind: 'service' | 'check'; id: string }) => void): () => void;
}

/** One change of a check's state; `from` is '' at the first. */
export interface CheckTransition {
  readonly atMs: number;
  readonly from: CheckStatus | '';
  readonly to: CheckStatus;
  readonly output: string;
}

export interface CheckHistory {
  /** Newest first. */
  transitions(checkID: string): readonly CheckTransition[];
}

export interface RegisterOptions {
  readonly source: 'api';
  readonly token: string;
  readonly replaceExistingChecks?: boolean;
}

/** All refuse with RPCErrors that carry Consul's words. */
export interface Registrar {
  /** What `registerService` would do, without doing it. @throws RPCError as that does */
  plan(definition: ServiceDefinition, options: RegisterOptions): unknown;
  planCheck(definition: CheckDefinition, options: RegisterOptions): unknown;
  registerService(definition: ServiceDefinition, options: RegisterOptions): Promise<unknown>;
  deregisterService(id: string): Promise<void>;
  registerCheck(definition: CheckDefinition, options: RegisterOptions): Promise<unknown>;
  deregisterCheck(id: string): Promise<void>;
  reportTTL(id: string, status: CheckStatus, output: string): void;
}

/**
 * To repeat what is so already changes nothing. @throws RPCError not-found for an unknown service
 */
export interface Maintenance {
  setNode(enable: boolean, reason: string, token: string): Promise<void>;
  setService(id: string, enable: boolean, reason: string, token: string): Promise<void>;
}

export interface AgentAPIDeps {
  readonly agent: Agent;
  readonly state: LocalState;
  readonly history: CheckHistory;
  readonly registrar: Registrar;
  readonly maintenance: Maintenance;
  readonly rights: AgentRights;
  /** Waits until the datacenter was told of all changes, at most `timeoutMs`. */
  readonly settle: (timeoutMs: number) => Promise<void>;
}

/**
 * A read right after a registration should see it; a datacenter that is away must not hold
 * registrations up.
 */
export const SETTLE_TIMEOUT_MS = 1000;
