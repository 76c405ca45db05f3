import { resolve } from 'node:path';
import type { LogConfig, TelemetryConfig } from '../agent-config-security.ts';
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

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

export function buildLog(context: BuildContext): LogConfig {
  const { raw } = context;
  return {
    level: context.oneOf(
      'log_level',
      raw.log_level?.toLowerCase(),
      LEVELS,
      context.dev ? 'debug' : 'info',
      () => `Invalid log level: ${raw.log_level}`,
    ),
    json: raw.log_json ?? false,
    file: raw.log_file ? resolveKeepingSlash(context.cwd, raw.log_file) : '',
    // Go's logger rotates daily when a file is given without a duration.
    rotateMs: context.ms(raw.log_rotate_duration, '24h') || context.ms('24h'),
    rotateBytes: raw.log_rotate_bytes ?? 0,
    rotateMaxFiles: raw.log_rotate_max_files ?? 0,
    enableDebug: raw.enable_debug ?? context.dev,
  };
}

/**
 * A trailing slash tells a directory, in which the log file gets the agent's name; `resolve` would
 * drop it.
 */
function resolveKeepingSlash(cwd: string, path: string): string {
  const full = resolve(cwd, path);
  return path.endsWith('/') ? `${full}/` : full;
}
