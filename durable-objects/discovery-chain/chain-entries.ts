/** What the compiler asks of configuration entries. */
import type { Entry, KindName } from '../../protocol/config-entries/kinds.ts';

export interface ChainEntries {
  /** Without regard to the case of the name. */
  find<K extends KindName>(kind: K, name: string): Entry<K> | undefined;
}

const DEFAULT_PROTOCOL = 'tcp';

/** What a service speaks, as its own defaults say, or those of all proxies. */
export function protocolOf(entries: ChainEntries, service: string): string {
  const defaults = entries.find('service-defaults', service);
  if (defaults !== undefined) return defaults.Protocol?.toLowerCase() || DEFAULT_PROTOCOL;
  const protocol = entries.find('proxy-defaults', 'global')?.Config?.protocol;
  return typeof protocol === 'string' && protocol !== ''
    ? protocol.toLowerCase()
    : DEFAULT_PROTOCOL;
}

export function isHTTPLike(protocol: string): boolean {
  return protocol === 'http' || protocol === 'http2' || protocol === 'grpc';
}
