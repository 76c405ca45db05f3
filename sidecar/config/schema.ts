/**
 * The language in which `keys/` describes the configuration: what type a key has, and what becomes
 * of it.
 *
 * One description serves decoding, merging, the types of the code that reads the result, and the
 * documentation.
 */

/**
 * What the agent does with a key that it knows:
 * - `honoured`: it acts upon it;
 * - `ignored`: the key has no meaning here; one warning at start says why. A value that `isKept` is still checked, and shown by
 *   /v1/agent/self, like that of a key that is honoured;
 * - `enterprise`: Consul's community edition warns that it has no effect, and so does Lictor;
 * - `refused`: the agent does not start, because ignoring it would do something other than what was
 *   asked for.
 */
export type Fate =
  | { readonly kind: 'honoured' }
  | { readonly kind: 'ignored'; readonly reason: string; readonly isKept: boolean }
  | { readonly kind: 'enterprise' }
  | { readonly kind: 'refused'; readonly reason: string };

interface Described {
  readonly fate: Fate;
  /** Other spellings; case never matters. */
  readonly aliases: readonly string[];
  /** What Consul refuses of values of the right type, whether or not the key means anything here. */
  readonly rule?: (value: never) => string | undefined;
}

export interface StringSchema extends Described {
  readonly kind: 'string';
}
/** A Go duration string such as "10s"; it stays a string. */
export interface DurationSchema extends Described {
  readonly kind: 'duration';
}
export interface BoolSchema extends Described {
  readonly kind: 'bool';
}
/** `uint` refuses negative numbers; both cut a fraction off, as Consul does. */
export interface NumberSchema extends Described {
  readonly kind: 'int' | 'uint' | 'float';
}
/** Lists of several sources are joined in their order. */
export interface ListSchema<Item extends Schema = Schema> extends Described {
  readonly kind: 'list';
  readonly item: Item;
}
/** Free keys; the keys of a later source win. */
export interface MapSchema<Item extends Schema = Schema> extends Described {
  readonly kind: 'map';
  readonly item: Item;
}
/**
 * Known keys only. `whole` objects are replaced by a later source, others are merged key by key.
 */
export interface ObjectSchema<Fields extends SchemaFields = SchemaFields> extends Described {
  readonly kind: 'object';
  readonly fields: Fields;
  readonly whole: boolean;
}
/** Kept as it is, for whoever owns its meaning. */
export interface AnySchema extends Described {
  readonly kind: 'any';
}

export type Schema =
  | StringSchema
  | DurationSchema
  | BoolSchema
  | NumberSchema
  | ListSchema
  | MapSchema
  | ObjectSchema
  | AnySchema;

export type SchemaFields = { readonly [key: string]: Schema };

/** The type of a decoded value. Every key of an object is optional. */
export type ValueOf<S> = S extends { readonly kind: 'string' | 'duration' }
  ? string
  : S extends { readonly kind: 'bool' }
    ? boolean
    : S extends { readonly kind: 'int' | 'uint' | 'float' }
      ? number
      : S extends { readonly kind: 'list'; readonly item: infer Item }
        ? ValueOf<Item>[]
        : S extends { readonly kind: 'map'; readonly item: infer Item }
          ? Record<string, ValueOf<Item>>
          : S extends { readonly kind: 'object'; readonly fields: infer Fields }
            ? { -readonly [Key in keyof Fields]?: ValueOf<Fields[Key]> }
            : unknown;

const described: Described = { fate: { kind: 'honoured' }, aliases: [] };

export const string: StringSchema = { kind: 'string', ...described };
export const duration: DurationSchema = { kind: 'duration', ...described };
export const bool: BoolSchema = { kind: 'bool', ...described };
export const int: NumberSchema = { kind: 'int', ...described };
export const uint: NumberSchema = { kind: 'uint', ...described };
export const float: NumberSchema = { kind: 'float', ...described };
export const any: AnySchema = { kind: 'any', ...described };

export function list<Item extends Schema>(item: Item): ListSchema<Item> {
  return { kind: 'list', item, ...described };
}

export function map<Item extends Schema>(item: Item): MapSchema<Item> {
  return { kind: 'map', item, ...described };
}

export function object<Fields extends SchemaFields>(fields: Fields): ObjectSchema<Fields> {
  return { kind: 'object', fields, whole: false, ...described };
}

/** An object that later sources replace as a whole. */
export function wholeObject<Fields extends SchemaFields>(fields: Fields): ObjectSchema<Fields> {
  return { ...object(fields), whole: true };
}

export function ignored<S extends Schema>(schema: S, reason: string): S {
  return { ...schema, fate: { kind: 'ignored', reason, isKept: false } };
}

/** Ignored, with its value kept. */
export function unused<S extends Schema>(schema: S, reason: string): S {
  return { ...schema, fate: { kind: 'ignored', reason, isKept: true } };
}

export function enterprise<S extends Schema>(schema: S): S {
  return { ...schema, fate: { kind: 'enterprise' } };
}

export function refused<S extends Schema>(schema: S, reason: string): S {
  return { ...schema, fate: { kind: 'refused', reason } };
}

/** @param rule says what is wrong with a value, to be read behind the key's name; undefined for nothing */
export function within<S extends Schema>(
  schema: S,
  rule: (value: ValueOf<S>) => string | undefined,
): S {
  return { ...schema, rule };
}

export function alias<S extends Schema>(schema: S, ...aliases: string[]): S {
  return { ...schema, aliases };
}
