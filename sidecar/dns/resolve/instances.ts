/** Which instances of a service are fit to be answered, and how they are weighted. */
import type { CheckServiceNode, HealthCheck } from '../../../protocol/types/catalog.ts';

/** Weights are 16-bit on the wire (RFC 2782). */
const MAX_WEIGHT = 65_535;

/**
 * Drops instances with a critical check of their own or of their node, with `onlyPassing` those with a warning too.
 * An instance without checks is healthy. Tags are compared ignoring case.
 */
export function fitInstances(
  instances: readonly CheckServiceNode[],
  { tag, onlyPassing }: { readonly tag: string; readonly onlyPassing: boolean },
): CheckServiceNode[] {
  return instances.filter(
    (instance) => hasTag(instance, tag) && checksOf(instance).every((c) => isFit(c, onlyPassing)),
  );
}

/** The `Warning` weight when a check of the instance or its node warns, otherwise the `Passing` weight. */
export function weightOf(instance: CheckServiceNode): number {
  const { Service } = instance;
  const counting = checksOf(instance).filter(
    (c) => c.ServiceName === '' || c.ServiceName === Service.Service,
  );
  if (counting.some((check) => check.Status === 'critical')) return 0;
  const warns = counting.some((check) => check.Status === 'warning');
  const weight = (warns ? Service.Weights?.Warning : Service.Weights?.Passing) ?? 1;
  return Math.min(Math.max(0, weight), MAX_WEIGHT);
}

function isFit(check: HealthCheck, onlyPassing: boolean): boolean {
  return onlyPassing ? check.Status === 'passing' : check.Status !== 'critical';
}

function hasTag({ Service }: CheckServiceNode, tag: string): boolean {
  return tag === '' || (Service.Tags ?? []).some((own) => own.toLowerCase() === tag);
}

/** Prepared queries answer `null` for an instance without checks, unlike the health endpoints. */
function checksOf({ Checks }: CheckServiceNode): readonly HealthCheck[] {
  return (Checks as HealthCheck[] | null) ?? [];
}
