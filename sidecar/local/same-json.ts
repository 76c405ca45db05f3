/** Equality of plain data, in the two senses that this folder needs. */
import { withoutEmpty } from '../../protocol/node-digest.ts';

/** Equal as JSON, whatever the order of members. */
export function sameJSON(a: unknown, b: unknown): boolean {
  return stableStringify(a) === stableStringify(b);
}

/** JSON with sorted members: equal data gives equal text. */
export function stableStringify(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    isObject(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}

/** Equal once everything empty is left out. */
export function sameMeaning(a: unknown, b: unknown): boolean {
  return stableStringify(withoutEmpty(a)) === stableStringify(withoutEmpty(b));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
