import { Regex } from '../../../../http-api/filter/regex/regex.ts';
import type { Tags } from '../member.ts';
import { decodeFilter } from '../messages/filters.ts';

export interface FilteredNode {
  readonly name: string;
  readonly tags: Tags;
}

/**
 * Whether a node is meant by all filters. One that cannot be understood means nobody.
 *
 * The expressions are another's: they run in the linear-time engine, never in JavaScript's, which a crafted one stops for good.
 */
export function matchesFilters(filters: readonly Uint8Array[], node: FilteredNode): boolean {
  return filters.every((encoded) => matchesFilter(encoded, node));
}

function matchesFilter(encoded: Uint8Array, { name, tags }: FilteredNode): boolean {
  const filter = decodeFilter(encoded);
  if (filter === undefined) return false;
  if (filter.kind === 'nodes') return filter.nodes.includes(name);
  try {
    return new Regex(filter.expression).test(tags[filter.tag] ?? '');
  } catch {
    // Not RE2's syntax, or too much work: Serf, too, takes a broken expression for one that does not match.
    return false;
  }
}
