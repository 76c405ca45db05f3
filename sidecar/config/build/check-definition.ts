import { parseDuration } from '../../../protocol/duration.ts';
import type { CheckDefinition } from '../../../protocol/types/agent.ts';
import type { RawCheck } from '../keys/service-keys.ts';

/** Where each key of a file stands in the definition that the HTTP API takes. */
const FIELDS = {
  id: 'ID',
  name: 'Name',
  notes: 'Notes',
  service_id: 'ServiceID',
  token: 'Token',
  status: 'Status',
  args: 'ScriptArgs',
  http: 'HTTP',
  header: 'Header',
  method: 'Method',
  body: 'Body',
  disable_redirects: 'DisableRedirects',
  output_max_size: 'OutputMaxSize',
  tcp: 'TCP',
  tcp_use_tls: 'TCPUseTLS',
  udp: 'UDP',
  interval: 'Interval',
  docker_container_id: 'DockerContainerID',
  shell: 'Shell',
  grpc: 'GRPC',
  grpc_use_tls: 'GRPCUseTLS',
  tls_server_name: 'TLSServerName',
  tls_skip_verify: 'TLSSkipVerify',
  alias_node: 'AliasNode',
  alias_service: 'AliasService',
  timeout: 'Timeout',
  ttl: 'TTL',
  h2ping: 'H2PING',
  h2ping_use_tls: 'H2PingUseTLS',
  os_service: 'OSService',
  success_before_passing: 'SuccessBeforePassing',
  failures_before_warning: 'FailuresBeforeWarning',
  failures_before_critical: 'FailuresBeforeCritical',
  deregister_critical_service_after: 'DeregisterCriticalServiceAfter',
} as const satisfies Record<keyof RawCheck, keyof CheckDefinition>;

/**
 * The definition of one check. Keys that are not set stay unset, but for two that depend on others:
 * HTTP/2 pings use TLS unless told, and a check warns after as many failures as make it critical.
 */
export function buildCheck(raw: RawCheck): CheckDefinition {
  const entries = Object.entries(raw).map(([key, value]) => [FIELDS[key as keyof RawCheck], value]);
  const check = Object.fromEntries(entries) as CheckDefinition;
  if (check.H2PING && check.H2PingUseTLS === undefined) check.H2PingUseTLS = true;
  if (check.FailuresBeforeCritical !== undefined) {
    check.FailuresBeforeWarning ??= check.FailuresBeforeCritical;
  }
  return check;
}

const STATUSES: ReadonlySet<unknown> = new Set(['', 'passing', 'warning', 'critical']);

/**
 * What does not hold about a check (agent/structs/check_type.go, Validate), in Consul's words.
 *
 * @returns undefined when it holds
 */
export function checkProblem(check: CheckDefinition): string | undefined {
  const ttl = milliseconds(check.TTL);
  const interval = milliseconds(check.Interval);
  const isAlias = Boolean(check.AliasNode) || Boolean(check.AliasService);
  const runs = runsAtIntervals(check);
  if (interval > 0 && ttl > 0) return 'Interval and TTL cannot both be specified';
  if (runs && interval <= 0) {
    return 'Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks';
  }
  if (runs && isAlias) return 'Interval cannot be set for Alias checks';
  if (isAlias && ttl > 0) return 'TTL must be not be set for Alias checks';
  if (!runs && !isAlias && ttl <= 0) return 'TTL must be > 0 for TTL checks';
  if ((check.OutputMaxSize ?? 0) < 0) return 'MaxOutputMaxSize must be positive';
  if ((check.FailuresBeforeWarning ?? 0) > (check.FailuresBeforeCritical ?? 0)) {
    return "FailuresBeforeWarning can't be higher than FailuresBeforeCritical";
  }
  return STATUSES.has(check.Status ?? '') ? undefined : `Bad check status: "${check.Status}"`;
}

function runsAtIntervals(check: CheckDefinition): boolean {
  const { HTTP, TCP, UDP, GRPC, H2PING, OSService, ScriptArgs = [] } = check;
  return ScriptArgs.length > 0 || [HTTP, TCP, UDP, GRPC, H2PING, OSService].some(Boolean);
}

function milliseconds(duration: string | undefined): number {
  return parseDuration(duration ?? '0s') ?? 0;
}
