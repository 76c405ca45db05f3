/** What the local state holds of a service and of a check. */
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import type { ConnectProxyConfig, HealthCheck, NodeService } from '../../protocol/types/catalog.ts';
import type { DefinitionSource } from './interfaces.ts';

export type LocalService = Omit<NodeService, 'CreateIndex' | 'ModifyIndex'>;
export type LocalCheck = Omit<HealthCheck, 'CreateIndex' | 'ModifyIndex'>;

export interface ServiceEntry {
  readonly service: LocalService;
  /** '' to use the agent's own. */
  readonly token: string;
  readonly source: DefinitionSource;
  /**
   * ID of the service that this one is the sidecar of, when it came with that one's registration.
   */
  readonly sidecarOf?: string;
  /** What the proxy registered with, where configuration entries are merged into `service`. */
  readonly registered?: ConnectProxyConfig;
}

export interface CheckEntry {
  readonly check: LocalCheck;
  /** Null for maintenance mode: nothing keeps that up to date. */
  readonly definition: CheckDefinition | null;
  readonly token: string;
  readonly source: DefinitionSource;
  /**
   * Since when it has been critical without a break, in milliseconds since the epoch; null while
   * it is not.
   */
  readonly criticalSinceMs: number | null;
}
