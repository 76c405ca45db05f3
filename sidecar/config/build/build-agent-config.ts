import { EntryDecodeError, decodeEntry } from '../../../protocol/config-entries/decode.ts';
import { buildACL, buildConnect } from './build-acl.ts';
import { buildDefinitions } from './build-definitions.ts';
import { buildDNS } from './build-dns.ts';
import { buildEncryption } from './build-gossip.ts';
import { buildHistory } from './build-history.ts';
import { buildLiveness } from './build-liveness.ts';
import { buildKVMirrors } from './build-kv-mirrors.ts';
import { buildHTTP, buildLimits } from './build-http.ts';
import { buildIdentity } from './build-identity.ts';
import { buildLog } from './build-log.ts';
import { buildMode } from './build-mode.ts';
import { buildNetwork } from './build-network.ts';
import { buildTelemetry } from './build-telemetry.ts';
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
    liveness: buildLiveness(context),
    kvMirrors: buildKVMirrors(context, identity.datacenter),
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

/** Fields and their types are looked at here; what values are acceptable, the datacenter says when they are written. */
function readConfigEntries(context: BuildContext): Record<string, unknown>[] {
  const entries = context.raw.config_entries?.bootstrap ?? [];
  entries.forEach((entry, index) => {
    try {
      decodeEntry(entry);
    } catch (error) {
      if (!(error instanceof EntryDecodeError)) throw error;
      const origin = context.diagnostics.originOf(entry);
      const path = `config_entries.bootstrap[${index}]`;
      context.diagnostics.problem(origin, path, error.message.trimEnd());
    }
  });
  return entries;
}
