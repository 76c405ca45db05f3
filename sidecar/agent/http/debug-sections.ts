/** The tables of `DebugConfig` about certificates, the UI and where metrics go. */
import { renderDuration } from '../../../protocol/duration.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import type {
  TelemetryConfig,
  TLSProtocolConfig,
  UIConfig,
} from '../../config/agent-config-security.ts';
import type { OwnNode } from '../host/node-registration.ts';

/** Key files are secrets, too: whoever reads them out of an answer knows where to look. */
export function debugTLS(config: AgentConfig, own: OwnNode): Record<string, unknown> {
  const { internalRPC, https, grpc, serverName } = config.tls;
  return {
    Domain: config.dns.domain,
    EnableAgentTLSForChecks: config.enableAgentTLSForChecks,
    GRPC: { ...debugProtocol(grpc), UseAutoCert: grpc.useAutoCert },
    HTTPS: debugProtocol(https),
    InternalRPC: {
      ...debugProtocol(internalRPC),
      VerifyServerHostname: internalRPC.verifyServerHostname,
    },
    NodeName: own.name,
    ServerMode: own.isServer,
    ServerName: serverName,
  };
}

function debugProtocol(protocol: TLSProtocolConfig): Record<string, unknown> {
  return {
    CAFile: protocol.caFile,
    CAPath: protocol.caPath,
    CertFile: protocol.certFile,
    CipherSuites: protocol.cipherSuites,
    KeyFile: 'hidden',
    TLSMinVersion: protocol.minVersion,
    UseAutoCert: false,
    VerifyIncoming: protocol.verifyIncoming,
    VerifyOutgoing: protocol.verifyOutgoing,
    VerifyServerHostname: false,
  };
}

export function debugUI(ui: UIConfig): Record<string, unknown> {
  return {
    ContentPath: ui.contentPath,
    DashboardURLTemplates: ui.dashboardURLTemplates,
    Dir: ui.dir,
    Enabled: ui.enabled,
    MetricsProvider: ui.metricsProvider,
    MetricsProviderFiles: ui.metricsProviderFiles,
    MetricsProviderOptionsJSON: ui.metricsProviderOptionsJSON,
    MetricsProxy: {
      // Headers carry credentials: only their names are shown.
      AddHeaders: ui.metricsProxy.addHeaders.map(({ name }) => ({ Name: name, Value: 'hidden' })),
      BaseURL: ui.metricsProxy.baseURL,
      PathAllowlist: ui.metricsProxy.pathAllowlist,
    },
  };
}

export function debugTelemetry(telemetry: TelemetryConfig): Record<string, unknown> {
  return {
    AllowedPrefixes: telemetry.allowedPrefixes,
    BlockedPrefixes: telemetry.blockedPrefixes,
    DisableHostname: telemetry.disableHostname,
    DisablePerTenancyUsageMetrics: telemetry.disablePerTenancyUsageMetrics,
    DogstatsdAddr: telemetry.dogstatsdAddress,
    DogstatsdTags: telemetry.dogstatsdTags,
    EnableHostMetrics: telemetry.enableHostMetrics,
    FilterDefault: telemetry.filterDefault,
    MetricsPrefix: telemetry.metricsPrefix,
    PrometheusOpts: {
      Expiration: renderDuration(telemetry.prometheusRetentionMs),
      Name: telemetry.metricsPrefix,
    },
    RetryFailedConfiguration: telemetry.retryFailedConnection,
    StatsdAddr: telemetry.statsdAddress,
    StatsiteAddr: telemetry.statsiteAddress,
  };
}
