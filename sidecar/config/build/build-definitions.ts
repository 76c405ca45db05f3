import { buildCheck } from './check-definition.ts';
import { buildService } from './service-definition.ts';
import { namedCheckProblem, reportServiceProblems } from './service-problems.ts';
import { buildWatches } from './watch-definition.ts';
import type { CheckDefinition } from '../../../protocol/types/agent.ts';
import type { AgentConfig } from '../agent-config.ts';
import type { RawCheck } from '../keys/service-keys.ts';
import type { BuildContext } from './build-context.ts';

type DefinitionsPart = Pick<
  AgentConfig,
  | 'services'
  | 'checks'
  | 'watches'
  | 'checkUpdateIntervalMs'
  | 'checkOutputMaxBytes'
  | 'discardCheckOutput'
  | 'enableRemoteScriptChecks'
  | 'enableLocalScriptChecks'
  | 'enableAgentTLSForChecks'
  | 'disableRemoteExec'
  | 'sessionTTLMinMs'
>;

const DEFAULT_CHECK_OUTPUT_BYTES = 4096;
/** agent/consul/config.go; 0 in a file means it too. */
const DEFAULT_SESSION_TTL_MIN_MS = 10_000;

/** Services, checks and watches of the files, and what holds for all checks. */
export function buildDefinitions(context: BuildContext): DefinitionsPart {
  const { raw } = context;
  const checkOutputMaxBytes = raw.check_output_max_size ?? DEFAULT_CHECK_OUTPUT_BYTES;
  if (checkOutputMaxBytes < 1) {
    const message =
      'check_output_max_size must be positive, ' +
      'to discard check output use the discard_check_output flag';
    context.fail('check_output_max_size', message);
  }
  raw.services?.forEach((service, index) => {
    reportServiceProblems(service, `services[${index}]`, context.diagnostics);
  });
  warnOfRemoteScripts(context);
  const enableRemoteScriptChecks = raw.enable_script_checks ?? false;
  return {
    services: (raw.services ?? []).map(buildService),
    checks: (raw.checks ?? []).map((check, index) => readCheck(context, check, index)),
    watches: buildWatches(context),
    checkUpdateIntervalMs: context.ms(raw.check_update_interval, '5m'),
    checkOutputMaxBytes,
    discardCheckOutput: raw.discard_check_output ?? false,
    enableRemoteScriptChecks,
    enableLocalScriptChecks: raw.enable_local_script_checks ?? enableRemoteScriptChecks,
    enableAgentTLSForChecks: raw.enable_agent_tls_for_checks ?? false,
    disableRemoteExec: raw.disable_remote_exec ?? true,
    sessionTTLMinMs: context.ms(raw.session_ttl_min) || DEFAULT_SESSION_TTL_MIN_MS,
  };
}

function readCheck(context: BuildContext, raw: RawCheck, index: number): CheckDefinition {
  const origin = context.diagnostics.originOf(raw);
  const problem = namedCheckProblem(raw);
  if (problem !== undefined) context.diagnostics.problem(origin, `checks[${index}]`, problem);
  return buildCheck(raw);
}

function warnOfRemoteScripts(context: BuildContext): void {
  const { acl, http_config: http, enable_script_checks: enabled = false } = context.raw;
  const guarded = acl?.enabled === true || (http?.allow_write_http_from ?? []).length > 0;
  if (!enabled || guarded) return;
  context.warn(
    'using enable-script-checks without ACLs and without allow_write_http_from is DANGEROUS, ' +
      'use enable-local-script-checks instead',
  );
}
