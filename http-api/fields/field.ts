/** What a JSON body may hold, and what Go (encoding/json) would call it in the text of an error. */

export type Scalar =
  | 'string'
  | 'int'
  | 'uint64'
  | 'float'
  | 'bool'
  /** Base64. */
  | 'bytes'
  | 'any'
  /** A Go duration string such as "10s", or a number of nanoseconds; kept as it came. Whatever else is as good as absent. */
  | 'duration'
  /** The same of Consul's client library, which refuses all else (api.ReadableDuration). */
  | 'readable duration';

export type Field =
  | Scalar
  /** A scalar of a named type. */
  | { readonly scalar: Scalar; readonly type: string }
  | { readonly list: Field; readonly type?: string }
  | { readonly map: Field }
  | Struct;

export interface Struct {
  /** Go's name of the type with its package, e.g. `structs.NodeService`. */
  readonly struct: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Unknown names are refused unless this is set. */
  readonly open?: boolean;
  /** Set when the type has a decoder of its own, which declares some fields beside those of the type, embedded as `Alias`. */
  readonly own?: OwnFields;
}

export interface OwnFields {
  readonly names: ReadonlySet<string>;
  /** From a second spelling to the first, under which the value is given; where a body has both, the first counts unless it is empty. */
  readonly spellings: ReadonlyMap<string, string>;
  /** The type which that decoder reads into, as Go prints it. */
  readonly type: string;
}

const SCALAR_TYPES: Readonly<Record<Scalar, string>> = {
  string: 'string',
  int: 'int',
  uint64: 'uint64',
  float: 'float64',
  bool: 'bool',
  bytes: '[]uint8',
  any: 'interface {}',
  duration: 'interface {}',
  'readable duration': 'api.ReadableDuration',
};

/** The type that a field is declared with, as Go prints it. */
export function goType(field: Field): string {
  if (typeof field === 'string') return SCALAR_TYPES[field];
  if ('scalar' in field) return field.type;
  if ('list' in field) return field.type ?? `[]${goType(field.list)}`;
  return 'map' in field ? `map[string]${goType(field.map)}` : field.struct;
}
