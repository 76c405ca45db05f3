/**
 * The words in which a kind of configuration entry is declared.
 *
 * A field says how it is decoded (its shape) and when it is rendered. The two renderings differ: the API omits what its
 * server-side structures omit, the command line what those of the Go client do.
 */

export type Scalar =
  | 'string'
  | 'bool'
  | 'int'
  | 'uint32'
  | 'uint64'
  /** Weights of splits: rendered with the precision of a 32-bit float. */
  | 'float32'
  /** Nanoseconds, decoded from a Go duration string or a number and rendered as a number. */
  | 'duration'
  /** The same, rendered as a string such as "15s" and never when zero. */
  | 'duration-text'
  /** RFC 3339. */
  | 'time'
  /** Base64 in answers, plain text in requests. */
  | 'bytes';

export interface ListShape<Item extends Shape = any> {
  readonly list: Item;
}

export interface MapShape<Item extends Shape = any> {
  readonly map: Item;
}

export interface StructShape<F extends Fields = any> {
  readonly fields: F;
}

export type Shape = Scalar | 'any' | ListShape | MapShape | StructShape;

export type Presence = 'keep' | 'omit';

export interface Field<S extends Shape = Shape> {
  readonly shape: S;
  /** Whether the API leaves the field out when it is empty. */
  readonly server: Presence;
  /** Whether the command line does. */
  readonly client: Presence;
  /** A pointer in Go: absent and zero are told apart. */
  readonly pointer: boolean;
  /** A spelling besides CamelCase and snake_case. */
  readonly alias?: string;
}

export type Fields = Readonly<Record<string, Field>>;

/** What decoding makes of a shape. Absent fields are zero, or nil for a pointer. */
export type Decoded<S> = S extends 'string' | 'time' | 'bytes'
  ? string
  : S extends 'bool'
    ? boolean
    : S extends Scalar
      ? number
      : S extends ListShape<infer Item>
        ? Decoded<Item>[]
        : S extends MapShape<infer Item>
          ? Record<string, Decoded<Item>>
          : S extends StructShape<infer F>
            ? {
                -readonly [K in keyof F]?: F[K] extends Field<infer Inner> ? Decoded<Inner> : never;
              }
            : unknown;

const field = <S extends Shape>(
  shape: S,
  server: Presence,
  client: Presence = server,
  pointer = false,
): Field<S> => ({ shape, server, client, pointer });

/** Always rendered; an absent list or map as null. */
export const keep = <S extends Shape>(shape: S): Field<S> => field(shape, 'keep');
/** Left out when empty. A structure is never empty. */
export const omit = <S extends Shape>(shape: S): Field<S> => field(shape, 'omit');
/** Always rendered by the API, left out when empty by the command line. */
export const keepInAPI = <S extends Shape>(shape: S): Field<S> => field(shape, 'keep', 'omit');
/** Left out when empty by the API, always rendered by the command line. */
export const keepInCLI = <S extends Shape>(shape: S): Field<S> => field(shape, 'omit', 'keep');
/** Left out when absent; zero is rendered. */
export const pointer = <S extends Shape>(shape: S): Field<S> => field(shape, 'omit', 'omit', true);
/** As `pointer`, but the command line says null when absent. */
export const pointerInCLI = <S extends Shape>(shape: S): Field<S> =>
  field(shape, 'omit', 'keep', true);
/** Null when absent. */
export const nullable = <S extends Shape>(shape: S): Field<S> => field(shape, 'keep', 'keep', true);

export const list = <Item extends Shape>(item: Item): ListShape<Item> => ({ list: item });
export const map = <Item extends Shape>(item: Item): MapShape<Item> => ({ map: item });
export const struct = <F extends Fields>(fields: F): StructShape<F> => ({ fields });

export const TEXTS: ListShape<'string'> = list('string');
export const TEXT_MAP: MapShape<'string'> = map('string');

/** Spellings that mean the same field: case and underscores do not count. */
export function foldKey(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}
