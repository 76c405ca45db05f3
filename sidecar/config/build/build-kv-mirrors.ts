import type { KVMirrorConfig } from '../agent-config-network.ts';
import type { BuildContext } from './build-context.ts';

/** Copies of other datacenters' keys. No two may write one key, or each would undo the other. */
export function buildKVMirrors(context: BuildContext, ownDatacenter: string): KVMirrorConfig[] {
  const mirrors = (context.raw.kv_mirror ?? []).map((raw, index) => {
    const key = `kv_mirror[${index}]`;
    const datacenter = (raw.datacenter ?? '').toLowerCase();
    if (!/^[a-z0-9_-]+$/.test(datacenter)) {
      context.fail(
        'kv_mirror',
        `${key}: datacenter has to name the datacenter that is copied from`,
      );
    } else if (datacenter === ownDatacenter) {
      context.fail('kv_mirror', `${key}: datacenter is the own one: keys are copied from another`);
    }
    if (raw.prefix === undefined) {
      context.fail('kv_mirror', `${key}: prefix is missing; "" copies every key`);
    }
    const { prefix = '', destination = prefix, exclude = [] } = raw;
    const foreign = exclude.find((excluded) => !excluded.startsWith(prefix));
    if (foreign !== undefined) {
      context.fail(
        'kv_mirror',
        `${key}: exclude ${JSON.stringify(foreign)} is not below the prefix`,
      );
    }
    return { datacenter, prefix, destination, exclude };
  });
  for (const [index, { destination }] of mirrors.entries()) {
    const other = mirrors.findIndex(
      (mirror, at) => at < index && overlap(mirror.destination, destination),
    );
    if (other < 0) continue;
    context.fail(
      'kv_mirror',
      `kv_mirror[${index}]: its destination overlaps that of kv_mirror[${other}]: each would delete what the other wrote`,
    );
  }
  return mirrors;
}

function overlap(left: string, right: string): boolean {
  return left.startsWith(right) || right.startsWith(left);
}
