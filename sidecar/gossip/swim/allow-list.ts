/** Which networks may take part in the pool (`serf_lan_allowed_cidrs`). */
import { isIP } from 'node:net';
import { addressFilter } from '../../lib/cidr.ts';
import { GossipError } from '../errors.ts';

export interface AllowList {
  /** Whether there is anything to check at all. */
  readonly restricts: boolean;
  allows(address: string): boolean;
}

/** @throws GossipError `invalid_config` */
export function allowList(networks: readonly string[]): AllowList {
  if (networks.length === 0) return { restricts: false, allows: () => true };
  const isInside = networkFilter(networks.map((network) => network.trim()));
  return { restricts: true, allows: (address) => isIP(address) !== 0 && isInside(address) };
}

function networkFilter(networks: readonly string[]): (address: string) => boolean {
  try {
    return addressFilter(networks);
  } catch (cause) {
    throw new GossipError('invalid_config', `invalid cidr in ${networks.join(', ')}`, { cause });
  }
}
