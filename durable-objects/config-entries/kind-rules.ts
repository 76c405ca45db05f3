/** The shape of a kind's rules, and the checks that every kind shares. */
import type { Entry, KindName } from '../../protocol/config-entries/kinds.ts';
import { invalid } from '../../protocol/errors.ts';
import { renderFaults } from '../../protocol/multi-error.ts';

export interface KindRules<K extends KindName> {
  /** Brings the entry into its normal form, in place. Also run before a deletion. @throws RPCError */
  normalize?(entry: Entry<K>): void;
  /** @throws RPCError with the first thing that is wrong, or with all where Consul lists them */
  validate(entry: Entry<K>): void;
}

/** @throws RPCError when there are faults */
export function refuseFaults(faults: readonly string[]): void {
  if (faults.length > 0) throw invalid(renderFaults(faults));
}

export function requireName(name: string | undefined): asserts name is string {
  if (name === undefined || name === '') throw invalid('Name is required');
}

/** Bounds of an entry's metadata; the same numbers as a service's. */
const MAX_PAIRS = 64;
const MAX_KEY_CHARS = 128;
const MAX_VALUE_CHARS = 512;

export function metaFaults(meta: Readonly<Record<string, string>> | undefined): string[] {
  const pairs = Object.entries(meta ?? {});
  const faults: string[] = [];
  if (pairs.length > MAX_PAIRS) faults.push(`Meta exceeds maximum element count ${MAX_PAIRS}`);
  for (const [key, value] of pairs) {
    if (key.length > MAX_KEY_CHARS) {
      faults.push(`Meta key ${JSON.stringify(key)} exceeds maximum length ${MAX_KEY_CHARS}`);
    }
    if (value.length > MAX_VALUE_CHARS) {
      faults.push(
        `Meta value for key ${JSON.stringify(key)} exceeds maximum length ${MAX_VALUE_CHARS}`,
      );
    }
  }
  return faults;
}

export function validateMeta(meta: Readonly<Record<string, string>> | undefined): void {
  refuseFaults(metaFaults(meta));
}

/** @param names of which at most one may be given: how many are */
export function countGiven(...values: readonly unknown[]): number {
  return values.filter((value) => value !== undefined && value !== '' && value !== false).length;
}

export const quote = (text: string | undefined): string => JSON.stringify(text ?? '');
