/** How a service's proxies treat one of their upstreams, or all (Consul: agent/structs, UpstreamConfig). */
import type {
  PassiveHealthCheck,
  UpstreamConfig,
} from '../../../protocol/config-entries/kinds/parts.ts';
import { renderFaults } from '../../../protocol/multi-error.ts';

export function normalizeUpstream(upstream: UpstreamConfig): void {
  if (upstream.Protocol !== undefined) upstream.Protocol = upstream.Protocol.toLowerCase();
  if ((upstream.ConnectTimeoutMs ?? 0) < 0) delete upstream.ConnectTimeoutMs;
}

/** What is wrong, as one text; undefined when nothing is. */
export function upstreamFault(upstream: UpstreamConfig, isNamed: boolean): string | undefined {
  const name = upstream.Name ?? '';
  if (isNamed && name === '') return 'Name is required';
  if (isNamed && name === '*') return 'Wildcard name is not supported';
  if (!isNamed && name !== '') return 'Name must be empty';
  const faults = [
    passiveHealthCheckFault(upstream.PassiveHealthCheck ?? {}),
    limitsFault(upstream.Limits ?? {}),
    balanceFault('balance_outbound_connections', upstream.BalanceOutboundConnections),
  ].filter((fault) => fault !== undefined);
  return faults.length === 0 ? undefined : renderFaults(faults);
}

const MAX_PERCENT = 100;

export function passiveHealthCheckFault(check: PassiveHealthCheck): string | undefined {
  const prefix = 'passive health check ';
  if ((check.Interval ?? 0) < 0) return `${prefix}interval cannot be negative`;
  if ((check.EnforcingConsecutive5xx ?? 0) > MAX_PERCENT) {
    return `${prefix}enforcing_consecutive_5xx must be a percentage between 0 and 100`;
  }
  if ((check.MaxEjectionPercent ?? 0) > MAX_PERCENT) {
    return `${prefix}max_ejection_percent must be a percentage between 0 and 100`;
  }
  return (check.BaseEjectionTime ?? 0) < 0
    ? `${prefix}base_ejection_time cannot be negative`
    : undefined;
}

function limitsFault(limits: NonNullable<UpstreamConfig['Limits']>): string | undefined {
  if ((limits.MaxConnections ?? 0) < 0) return 'max connections cannot be negative';
  if ((limits.MaxPendingRequests ?? 0) < 0) return 'max pending requests cannot be negative';
  return (limits.MaxConcurrentRequests ?? 0) < 0
    ? 'max concurrent requests cannot be negative'
    : undefined;
}

/** How connections are spread over a proxy's threads. */
export function balanceFault(field: string, value: string | undefined): string | undefined {
  return value === undefined || value === '' || value === 'exact_balance'
    ? undefined
    : `invalid value for ${field}: ${value}`;
}
