/** Keywords of arrays. */
import { canonical } from './canonical.ts';
import type { Schema, SchemaObject } from './compile-schema.ts';
import type { Misfit, Validation } from './validate.ts';

export function checkArray(
  validation: Validation,
  schema: SchemaObject,
  items: readonly unknown[],
  at: string,
): Misfit | null {
  const { minItems, maxItems, uniqueItems } = schema as {
    minItems?: number;
    maxItems?: number;
    uniqueItems?: boolean;
  };
  if (minItems !== undefined && items.length < minItems)
    return { at, reason: `must have at least ${minItems} items` };
  if (maxItems !== undefined && items.length > maxItems)
    return { at, reason: `must have at most ${maxItems} items` };
  if (uniqueItems === true) {
    const distinct = new Set(items.map((item) => canonical(item, validation.spend)));
    if (distinct.size < items.length) return { at, reason: 'must have no item twice' };
  }
  return checkItems(validation, schema, items, at) ?? checkContains(validation, schema, items, at);
}

function checkItems(
  validation: Validation,
  schema: SchemaObject,
  items: readonly unknown[],
  at: string,
): Misfit | null {
  const { prefixItems = [], items: rest } = schema as { prefixItems?: Schema[]; items?: Schema };
  for (const [index, item] of items.entries()) {
    const itemSchema = prefixItems[index] ?? (index < prefixItems.length ? undefined : rest);
    if (itemSchema === undefined) continue;
    const misfit = validation.check(itemSchema, item, `${at}/${index}`);
    if (misfit !== null) return misfit;
  }
  return null;
}

function checkContains(
  validation: Validation,
  schema: SchemaObject,
  items: readonly unknown[],
  at: string,
): Misfit | null {
  const {
    contains,
    minContains = 1,
    maxContains,
  } = schema as {
    contains?: Schema;
    minContains?: number;
    maxContains?: number;
  };
  if (contains === undefined) return null;
  const count = items.filter(
    (item, index) => validation.check(contains, item, `${at}/${index}`) === null,
  ).length;
  if (count < minContains)
    return { at, reason: `must contain at least ${minContains} items that fit "contains"` };
  if (maxContains !== undefined && count > maxContains)
    return { at, reason: `must contain at most ${maxContains} items that fit "contains"` };
  return null;
}
