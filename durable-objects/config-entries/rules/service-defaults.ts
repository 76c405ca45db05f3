/** Rules of `service-defaults`. */
import type { Entry } from '../../../protocol/config-entries/kinds.ts';
import { invalid } from '../../../protocol/errors.ts';
import { type KindRules, metaFaults, refuseFaults, requireName } from '../kind-rules.ts';
import { extensionFaults } from './envoy-extension.ts';
import { isDomainName, isIPAddress } from './host-name.ts';
import { validateMutualTLSMode } from './mutual-tls.ts';
import { reapFaults } from './reap-policy.ts';
import { balanceFault, normalizeUpstream, upstreamFault } from './upstream.ts';

type ServiceDefaults = Entry<'service-defaults'>;

const PROTOCOLS: readonly string[] = ['', 'http', 'http2', 'grpc', 'tcp'];

export const serviceDefaults: KindRules<'service-defaults'> = {
  normalize(entry) {
    if (entry.Protocol !== undefined) entry.Protocol = entry.Protocol.toLowerCase();
    for (const upstream of entry.UpstreamConfig?.Overrides ?? []) normalizeUpstream(upstream);
    if (entry.UpstreamConfig?.Defaults) normalizeUpstream(entry.UpstreamConfig.Defaults);
  },
  validate(entry) {
    requireName(entry.Name);
    if (entry.Name === '*') {
      throw invalid('service-defaults name must be the name of a service, and not a wildcard');
    }
    const faults = ownFaults(entry);
    // Consul looks at nothing else then.
    if (entry.UpstreamConfig !== undefined && entry.Destination !== undefined) {
      faults.push('UpstreamConfig and Destination are mutually exclusive for service defaults');
      refuseFaults(faults);
    }
    faults.push(...upstreamFaults(entry), ...destinationFaults(entry));
    if (entry.RateLimits !== undefined) {
      faults.push('invalid rate_limits config. Rate limiting is a consul enterprise feature');
    }
    faults.push(...extensionFaults(entry.EnvoyExtensions));
    validateMutualTLSMode(entry.MutualTLSMode);
    refuseFaults(faults);
  },
};

function ownFaults(entry: ServiceDefaults): string[] {
  const faults = [...metaFaults(entry.Meta), ...reapFaults(entry.Meta)];
  const balance = balanceFault('balance_inbound_connections', entry.BalanceInboundConnections);
  if (balance !== undefined) faults.push(balance);
  if (!PROTOCOLS.includes(entry.Protocol ?? '')) {
    faults.push(`invalid value for protocol: ${entry.Protocol}`);
  }
  return faults;
}

function upstreamFaults({ UpstreamConfig }: ServiceDefaults): string[] {
  const faults: string[] = [];
  for (const upstream of UpstreamConfig?.Overrides ?? []) {
    const fault = upstreamFault(upstream, true);
    const name = upstream.Name ? `${upstream.Name}:${upstream.Peer ?? ''}` : ':';
    if (fault !== undefined) faults.push(`error in upstream override for ${name}: ${fault}`);
  }
  const fault =
    UpstreamConfig?.Defaults === undefined
      ? undefined
      : upstreamFault(UpstreamConfig.Defaults, false);
  if (fault !== undefined) faults.push(`error in upstream defaults: ${fault}`);
  return faults;
}

const MAX_PORT = 65_535;

function destinationFaults({ Destination }: ServiceDefaults): string[] {
  if (Destination === undefined) return [];
  const { Addresses = [], Port = 0 } = Destination;
  const faults: string[] = [];
  if (Addresses.length === 0) faults.push('Destination must contain at least one valid address');
  const seen = new Set<string>();
  for (const address of Addresses) {
    if (seen.has(address)) faults.push(`Duplicate address '${address}' is not allowed`);
    else if (!isIPAddress(address) && (!isDomainName(address) || address.includes('*'))) {
      faults.push(
        `Destination address '${address}' is invalid Could not validate address ${address} as an IP or Hostname`,
      );
    }
    seen.add(address);
  }
  if (Port < 1 || Port > MAX_PORT) faults.push(`Invalid Port number ${Port}`);
  return faults;
}
