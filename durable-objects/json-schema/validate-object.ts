/** Keywords of objects. */
import type { Schema, SchemaObject } from './compile-schema.ts';
import type { Misfit, Validation } from './validate.ts';

type JSONObject = Readonly<Record<string, unknown>>;
type SchemaMap = Readonly<Record<string, Schema>>;

interface ObjectSchema {
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly required?: readonly string[];
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>;
  readonly dependentSchemas?: SchemaMap;
  readonly properties?: SchemaMap;
  readonly patternProperties?: SchemaMap;
  readonly additionalProperties?: Schema;
  readonly propertyNames?: Schema;
}

export function checkObject(
  validation: Validation,
  schema: SchemaObject,
  value: JSONObject,
  at: string,
): Misfit | null {
  const names = Object.keys(value);
  return (
    checkPresence(schema, value, names, at) ??
    checkMembers(validation, schema, value, names, at) ??
    checkDependent(validation, schema, value, at)
  );
}

function checkPresence(
  schema: ObjectSchema,
  value: JSONObject,
  names: readonly string[],
  at: string,
): Misfit | null {
  const { minProperties, maxProperties, required = [], dependentRequired = {} } = schema;
  if (minProperties !== undefined && names.length < minProperties)
    return { at, reason: `must have at least ${minProperties} members` };
  if (maxProperties !== undefined && names.length > maxProperties)
    return { at, reason: `must have at most ${maxProperties} members` };
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return { at, reason: `must have ${JSON.stringify(missing)}` };
  for (const [name, wanted] of Object.entries(dependentRequired)) {
    if (!Object.hasOwn(value, name)) continue;
    const absent = wanted.find((other) => !Object.hasOwn(value, other));
    if (absent === undefined) continue;
    return {
      at,
      reason: `must have ${JSON.stringify(absent)} where it has ${JSON.stringify(name)}`,
    };
  }
  return null;
}

function checkMembers(
  validation: Validation,
  schema: ObjectSchema,
  value: JSONObject,
  names: readonly string[],
  at: string,
): Misfit | null {
  const { properties = {}, patternProperties = {}, additionalProperties, propertyNames } = schema;
  const patterns = Object.keys(patternProperties);
  for (const name of names) {
    validation.spend(1);
    const place = `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (propertyNames !== undefined) {
      const misfit = validation.check(propertyNames, name, place);
      if (misfit !== null) return { at: place, reason: `has a name that ${misfit.reason}` };
    }
    const schemas: Schema[] = patterns
      .filter((pattern) => validation.matches(pattern, name))
      .map((pattern) => patternProperties[pattern]!);
    if (Object.hasOwn(properties, name)) schemas.push(properties[name]!);
    if (schemas.length === 0 && additionalProperties !== undefined)
      schemas.push(additionalProperties);
    for (const each of schemas) {
      const misfit = validation.check(each, value[name], place);
      if (misfit !== null) return misfit;
    }
  }
  return null;
}

function checkDependent(
  validation: Validation,
  { dependentSchemas = {} }: ObjectSchema,
  value: JSONObject,
  at: string,
): Misfit | null {
  for (const [name, schema] of Object.entries(dependentSchemas)) {
    if (!Object.hasOwn(value, name)) continue;
    const misfit = validation.check(schema, value, at);
    if (misfit !== null) return misfit;
  }
  return null;
}
