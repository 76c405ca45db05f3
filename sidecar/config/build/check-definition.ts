import type { CheckDefinition } from '../../../protocol/types/agent.ts';
import { validateCheckType } from '../../lib/check-kind.ts';
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
  resource: 'Resource',
  warning_above: 'WarningAbove',
  critical_above: 'CriticalAbove',
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

/**
 * What does not hold about a check (agent/structs/check_type.go, Validate), in Consul's words.
 *
 * @returns undefined when it holds
 */
export function checkProblem(check: CheckDefinition): string | undefined {
  try {
    validateCheckType(check);
  } catch (refusal) {
    return (refusal as Error).message;
  }
  return undefined;
}
