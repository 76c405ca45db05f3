import { AddressReader } from './build-addresses.ts';
import { isAnyAddress } from './ip-address.ts';
import type { DNSConfig } from '../agent-config-network.ts';
import type { BuildContext } from './build-context.ts';

/** The DNS interface. Defaults: agent/config/default.go, dns_config. */
export function buildDNS(context: BuildContext, datacenter: string): DNSConfig {
  const raw = context.raw.dns_config ?? {};
  const soa = raw.soa ?? {};
  return {
    domain: context.raw.domain ?? 'consul.',
    altDomain: readAltDomain(context, datacenter),
    recursors: readRecursors(context),
    recursorStrategy: context.oneOf(
      'dns_config.recursor_strategy',
      raw.recursor_strategy === '' ? undefined : raw.recursor_strategy,
      ['sequential', 'random'],
      'sequential',
      (value) => `invalid strategy: "${value}"`,
    ),
    recursorTimeoutMs: context.ms(raw.recursor_timeout, '2s'),
    allowStale: raw.allow_stale ?? true,
    maxStaleMs: context.ms(raw.max_stale, '87600h'),
    nodeTTLMs: context.ms(raw.node_ttl),
    serviceTTLMs: mapValues(raw.service_ttl ?? {}, (text) => context.ms(text)),
    onlyPassing: raw.only_passing ?? false,
    enableTruncate: raw.enable_truncate ?? false,
    udpAnswerLimit: readLimit(context, 'udp_answer_limit', 3),
    aRecordLimit: readLimit(context, 'a_record_limit', 0),
    disableCompression: raw.disable_compression ?? false,
    nodeMetaTXT: raw.enable_additional_node_meta_txt ?? true,
    soa: {
      refresh: soa.refresh ?? 3600,
      retry: soa.retry ?? 600,
      expire: soa.expire ?? 86_400,
      minTTL: soa.min_ttl ?? 0,
    },
    useCache: raw.use_cache ?? false,
    cacheMaxAgeMs: context.ms(raw.cache_max_age),
  };
}

function mapValues<From, To>(
  record: Record<string, From>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

function readLimit(
  context: BuildContext,
  name: 'udp_answer_limit' | 'a_record_limit',
  defaultLimit: number,
): number {
  const limit = context.raw.dns_config?.[name] ?? defaultLimit;
  if (limit < 0) {
    const key = `dns_config.${name}`;
    context.fail(key, `${key} cannot be ${limit}. Must be greater than or equal to zero`);
  }
  return limit;
}

/**
 * An alternative domain that starts with a label of Consul's own names could not be told from them.
 */
function readAltDomain(context: BuildContext, datacenter: string): string {
  const domain = context.raw.alt_domain ?? '';
  const reserved = ['service', 'connect', 'node', 'query', 'addr', datacenter];
  if (domain.includes('.') && reserved.includes(domain.split('.')[0]!)) {
    const message = `alt_domain cannot start with {service,connect,node,query,addr,${datacenter}}`;
    context.fail('alt_domain', message);
  }
  return domain;
}

function readRecursors(context: BuildContext): string[] {
  const reader = new AddressReader(context);
  const recursors = (context.raw.recursors ?? []).flatMap((entry) =>
    reader.words('recursors', entry),
  );
  for (const address of recursors) {
    if (address.startsWith('unix://')) {
      context.fail('recursors', `DNS Recursors cannot be unix sockets: ${address}`);
    } else if (isAnyAddress(address)) {
      context.fail('recursors', 'DNS recursor address cannot be 0.0.0.0, :: or [::]');
    }
  }
  return [...new Set(recursors)];
}
