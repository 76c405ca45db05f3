import type { TelemetryConfig } from '../agent-config-security.ts';
import type { BuildContext } from './build-context.ts';

export function buildTelemetry(context: BuildContext): TelemetryConfig {
  const raw = context.raw.telemetry ?? {};
  const filters = readPrefixFilters(context, raw.prefix_filter ?? []);
  return {
    metricsPrefix: raw.metrics_prefix ?? 'consul',
    disableHostname: raw.disable_hostname ?? false,
    filterDefault: raw.filter_default ?? true,
    ...filters,
    prometheusRetentionMs: context.ms(raw.prometheus_retention_time),
    statsdAddress: raw.statsd_address ?? '',
    statsiteAddress: raw.statsite_address ?? '',
    dogstatsdAddress: raw.dogstatsd_addr ?? '',
    dogstatsdTags: raw.dogstatsd_tags ?? [],
    retryFailedConnection: raw.retry_failed_connection ?? true,
    enableHostMetrics: raw.enable_host_metrics ?? false,
    disablePerTenancyUsageMetrics: raw.disable_per_tenancy_usage_metrics ?? false,
  };
}

/** `+prefix` lets metrics through, `-prefix` drops them. */
function readPrefixFilters(
  context: BuildContext,
  rules: readonly string[],
): Pick<TelemetryConfig, 'allowedPrefixes' | 'blockedPrefixes'> {
  const allowedPrefixes: string[] = [];
  const blockedPrefixes: string[] = [];
  for (const rule of rules) {
    if (rule === '') context.warn('Cannot have empty filter rule in prefix_filter');
    else if (rule.startsWith('+')) allowedPrefixes.push(rule.slice(1));
    else if (rule.startsWith('-')) blockedPrefixes.push(rule.slice(1));
    else context.warn(`Filter rule must begin with either '+' or '-': ${JSON.stringify(rule)}`);
  }
  return { allowedPrefixes, blockedPrefixes };
}
