/** Names of metrics as the `telemetry` stanza wants them: another prefix, some left out. */

export interface MetricNaming {
  /** Stands in the place of `consul`. */
  readonly metricsPrefix: string;
  /** Whether metrics that no prefix speaks of are let through. */
  readonly filterDefault: boolean;
  readonly allowedPrefixes: readonly string[];
  readonly blockedPrefixes: readonly string[];
}

const OWN_PREFIX = 'consul.';

export function renameMetric(name: string, { metricsPrefix }: MetricNaming): string {
  if (!name.startsWith(OWN_PREFIX)) return name;
  const rest = name.slice(OWN_PREFIX.length);
  return metricsPrefix === '' ? rest : `${metricsPrefix}.${rest}`;
}

/** The longest prefix decides; of two equal ones the blocking one (go-metrics keeps them in one tree, blocks last). */
export function isMetricAllowed(name: string, naming: MetricNaming): boolean {
  const longest = (prefixes: readonly string[]): number =>
    Math.max(-1, ...prefixes.filter((p) => name.startsWith(p)).map((p) => p.length));
  const allowed = longest(naming.allowedPrefixes);
  const blocked = longest(naming.blockedPrefixes);
  if (allowed < 0 && blocked < 0) return naming.filterDefault;
  return allowed > blocked;
}

/**
 * A gauge is a host's own, so its name says whose, unless `disable_hostname` is set; counters are summed up over hosts
 * (go-metrics, SetGauge).
 */
export function nameOfHost(gauge: string, hostname: string): string {
  return gauge.replace('.', () => `.${hostname}.`);
}
