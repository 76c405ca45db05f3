/** Addresses by the providers of Consul's retry_join that ask nobody outside the local network. */
import { parseDuration } from '../../protocol/duration.ts';
import { type MDNSQuestion, lookUpMDNS } from './mdns.ts';
import { type ProviderConfig, parseProviderConfig } from './provider-config.ts';

const DEFAULT_TIMEOUT_MS = 5_000;
/** A join waits for it. */
const MAX_TIMEOUT_MS = 60_000;

export type Provider = () => Promise<string[]>;

/**
 * @returns a function that asks for `IP:port` addresses each time it is called
 * @throws Error with the reason why this provider cannot be asked
 */
export function createProvider(text: string, lookUp = lookUpMDNS): Provider {
  const config = parseProviderConfig(text);
  const provider = config.get('provider') ?? '';
  if (provider !== 'mdns') {
    throw new Error(
      `provider=${provider} asks a cloud for addresses, which this version does not: give addresses, or a DNS name that the cloud keeps`,
    );
  }
  const question = parseMDNS(config);
  return () => lookUp(question);
}

function parseMDNS(config: ProviderConfig): MDNSQuestion {
  const service = config.get('service') ?? '';
  if (service === '') throw new Error('provider=mdns needs service=, e.g. service=_consul._tcp');
  const text = config.get('timeout');
  const timeoutMs = text === undefined ? DEFAULT_TIMEOUT_MS : parseDuration(text);
  if (timeoutMs === null || timeoutMs <= 0 || timeoutMs > MAX_TIMEOUT_MS) {
    throw new Error(`provider=mdns: timeout=${text} is no duration of at most 60s`);
  }
  return {
    service,
    domain: config.get('domain') ?? 'local',
    timeoutMs,
    v4: isOn(config, 'v4'),
    v6: isOn(config, 'v6'),
  };
}

function isOn(config: ProviderConfig, key: string): boolean {
  const text = config.get(key) ?? 'true';
  if (text !== 'true' && text !== 'false') throw new Error(`provider=mdns: ${key}=${text}`);
  return text === 'true';
}
