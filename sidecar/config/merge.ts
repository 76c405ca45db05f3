import type { Diagnostics } from './diagnostics.ts';
import type { Schema } from './schema.ts';

/**
 * Lays one decoded source over another, as Consul does (agent/config/merge.go): of scalars the
 * later wins, lists are joined, maps and objects merge key by key, definitions are replaced as a
 * whole. Neither argument is changed.
 */
export function mergeValues(
  schema: Schema,
  earlier: unknown,
  later: unknown,
  diagnostics: Diagnostics,
): unknown {
  if (later === undefined) return earlier;
  if (earlier === undefined) return later;
  switch (schema.kind) {
    case 'list':
      return [...(earlier as unknown[]), ...(later as unknown[])];
    case 'map':
      return join(earlier as object, later as object, diagnostics);
    case 'object':
      if (schema.whole) return later;
      return mergeObjects(schema, earlier as Table, later as Table, diagnostics);
    default:
      return later;
  }
}

type Table = Record<string, unknown>;

function mergeObjects(
  schema: Schema & { kind: 'object' },
  earlier: Table,
  later: Table,
  diagnostics: Diagnostics,
): Table {
  const merged: Table = join(earlier, later, diagnostics);
  for (const key of Object.keys(later)) {
    merged[key] = mergeValues(schema.fields[key]!, earlier[key], later[key], diagnostics);
  }
  return merged;
}

function join(earlier: object, later: object, diagnostics: Diagnostics): Table {
  const joined: Table = { ...earlier, ...later };
  diagnostics.copyOrigins(earlier, joined);
  diagnostics.copyOrigins(later, joined);
  return joined;
}
