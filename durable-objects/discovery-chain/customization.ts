/**
 * A name for what a caller overrode, so that proxies can tell its chain from that of others.
 *
 * Consul's is the hash of a structure in memory; ours is as long, and equal for equal overrides. Nobody compares the two.
 */
import type { Overrides } from './compile.ts';

/** Which overrides made a difference. */
export interface Customized {
  readonly protocol: boolean;
  readonly meshGateway: boolean;
  readonly connectTimeout: boolean;
}

export function customizationHash(overrides: Overrides, customized: Customized): string {
  const parts = [
    customized.protocol ? `protocol ${overrides.protocol}` : '',
    customized.meshGateway ? `mesh-gateway ${overrides.meshGatewayMode}` : '',
    customized.connectTimeout ? `connect-timeout ${overrides.connectTimeoutNs}` : '',
  ];
  if (parts.every((part) => part === '')) return '';
  return fnv1a(parts.join('\n')).toString(16).padStart(8, '0');
}

/** 32 bits of FNV-1a over UTF-16 units. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}
