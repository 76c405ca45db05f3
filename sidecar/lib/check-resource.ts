/** What a resource check looks at: memory, load, or the disk that holds a path. Consul leaves these to scripts. */
import { badRequest } from '../../protocol/errors.ts';
import type { CheckDefinition } from '../../protocol/types/agent.ts';

export type Resource =
  | { readonly kind: 'memory' }
  | { readonly kind: 'load' }
  | { readonly kind: 'disk'; readonly path: string };

const DISK = 'disk:';

/** @throws RPCError bad-request that names the three forms */
export function parseResource(text: string): Resource {
  if (text === 'memory' || text === 'load') return { kind: text };
  if (text.startsWith(`${DISK}/`)) return { kind: 'disk', path: text.slice(DISK.length) };
  throw badRequest(
    `Resource must be "memory", "load" or "disk:" with an absolute path, not ${JSON.stringify(text)}`,
  );
}

/**
 * Load may exceed 100 %, as more can wait for the processors than there are; the others cannot.
 *
 * @throws RPCError bad-request when the check could never say anything
 */
export function validateResource({
  Resource = '',
  WarningAbove = 0,
  CriticalAbove = 0,
}: CheckDefinition): void {
  const { kind } = parseResource(Resource);
  if (WarningAbove < 0 || CriticalAbove < 0) {
    throw badRequest('WarningAbove and CriticalAbove are percentages and cannot be negative');
  }
  if (WarningAbove === 0 && CriticalAbove === 0) {
    throw badRequest('A Resource check needs WarningAbove, CriticalAbove or both, in percent');
  }
  if (kind !== 'load' && Math.max(WarningAbove, CriticalAbove) >= 100) {
    throw badRequest(`WarningAbove and CriticalAbove of a ${kind} check must be below 100 percent`);
  }
  if (CriticalAbove > 0 && WarningAbove > CriticalAbove) {
    throw badRequest("WarningAbove can't be higher than CriticalAbove");
  }
}
