import { buildACL, buildConnect } from './build-acl.ts';
import { buildDefinitions } from './build-definitions.ts';
import { buildDNS } from './build-dns.ts';
import { buildEncryption } from './build-gossip.ts';
import { buildHistory } from './build-history.ts';
import { buildHTTP, buildLimits } from './build-http.ts';
import { buildIdentity } from './build-identity.ts';
import { buildMode } from './build-mode.ts';
import { buildNetwork } from './build-network.ts';
import { buildLog, buildTelemetry } from './build-telemetry.ts';
import { buildTLS } from './build-tls.ts';
import { buildUI } from './build-ui.ts';
import type { AgentConfig } from '../agent-config.ts';
import type { BuildContext } from './build-context.ts';

const DEFAULT_XDS_UPDATES_PER_SECOND = 250;

/**
 * Makes the runtime configuration of the merged one, and checks it. Problems go to the context's
 * diagnostics; the result means something only when there are none.
 */
export function buildAgentConfig(context: BuildContext): AgentConfig {
  const { raw } = context;
  const identity = buildIdentity(context);
  const mode = buildMode(context);
  return {
    ...identity,
    ...mode,
    ...buildNetwork(context, mode.server),
    ...buildEncryption(context, mode.server),
    ...buildDefinitions(context),
    dns: buildDNS(context, identity.datacenter),
    http: buildHTTP(context),
    limits: buildLimits(context),
    history: buildHistory(context),
    acl: buildACL(context),
    connect: buildConnect(context),
    tls: buildTLS(context),
    ui: buildUI(context),
    telemetry: buildTelemetry(context),
    log: buildLog(context),
    peeringEnabled: raw.peering?.enabled ?? true,
    configEntriesBootstrap: readConfigEntries(context),
    defaultIntentionPolicy: context.oneOf(
      'default_intention_policy',
      raw.default_intention_policy,
      ['', 'allow', 'deny'],
      '',
      (value) => `Unsupported default intention policy: ${value}`,
    ),
    enableCentralServiceConfig: raw.enable_central_service_config ?? true,
    xdsUpdatesPerSecond: raw.xds?.update_max_per_second ?? DEFAULT_XDS_UPDATES_PER_SECOND,
  };
}

/** Kinds of config entries (agent/structs/config_entry.go). */
const CONFIG_ENTRY_KINDS: ReadonlySet<unknown> = new Set([
  'service-defaults',
  'proxy-defaults',
  'service-router',
  'service-splitter',
  'service-resolver',
  'ingress-gateway',
  'terminating-gateway',
  'service-intentions',
  'mesh',
  'exported-services',
  'sameness-group',
  'api-gateway',
  'bound-api-gateway',
  'file-system-certificate',
  'inline-certificate',
  'http-route',
  'tcp-route',
  'jwt-provider',
  'control-plane-request-limit',
]);

/**
 * Only the kind is looked at; what an entry holds is checked where all entries are, in the
 * datacenter.
 */
function readConfigEntries(context: BuildContext): Record<string, unknown>[] {
  const entries = context.raw.config_entries?.bootstrap ?? [];
  entries.forEach((entry, index) => {
    const kind = entry['kind'] ?? entry['Kind'];
    if (CONFIG_ENTRY_KINDS.has(kind)) return;
    const message =
      kind === undefined ? 'kind is missing' : `invalid config entry kind: ${String(kind)}`;
    const origin = context.diagnostics.originOf(entry);
    context.diagnostics.problem(origin, `config_entries.bootstrap[${index}]`, message);
  });
  return entries;
}
