/** Rows of /v1/config/service-defaults, the one kind of configuration entry that Consul filters. */
import { SERVICE_DEFAULTS } from '../../../protocol/config-entries/kinds/service-defaults.ts';
import type { Fields, Scalar, Shape } from '../../../protocol/config-entries/shape.ts';
import {
  BOOL,
  type Field,
  type FieldSet,
  INT,
  mapOf,
  STRING,
  struct,
  structList,
} from '../field-set.ts';

export const SERVICE_DEFAULTS_FIELDS: FieldSet = toFieldSet(SERVICE_DEFAULTS.fields);

/** Opaque values cannot be selected. */
function toFieldSet(fields: Fields): FieldSet {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, { shape }]) => {
      const field = toField(shape);
      return field === undefined ? [] : [[name, field]];
    }),
  );
}

function toField(shape: Shape): Field | undefined {
  if (shape === 'any') return undefined;
  if (typeof shape === 'string') return toScalar(shape);
  if ('fields' in shape) return struct(toFieldSet(shape.fields));
  if ('map' in shape) {
    const item = toField(shape.map);
    return item === undefined ? undefined : mapOf(item);
  }
  const item = shape.list as Shape;
  if (typeof item === 'object' && 'fields' in item) return structList(toFieldSet(item.fields));
  return { kind: 'list', of: typeof item === 'string' && item !== 'any' ? toScalar(item) : STRING };
}

function toScalar(scalar: Scalar): typeof STRING | typeof BOOL | typeof INT {
  if (scalar === 'bool') return BOOL;
  return scalar === 'string' || scalar === 'time' || scalar === 'bytes' ? STRING : INT;
}
