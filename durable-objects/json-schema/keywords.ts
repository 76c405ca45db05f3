/** Every keyword that is known, and the shape of its value (JSON Schema draft 2020-12, core and validation). */

export type Shape =
  | 'schema'
  | 'schemas'
  | 'schema-map'
  | 'pattern-map'
  | 'pattern'
  | 'format'
  | 'count'
  | 'number'
  | 'positive'
  | 'boolean'
  | 'names'
  | 'name-lists'
  | 'types'
  | 'values'
  | 'any'
  | 'reference'
  | 'text';

const SHAPES: readonly (readonly [keyword: string, shape: Shape])[] = [
  ['$ref', 'reference'],
  ['$defs', 'schema-map'],
  // Its name in older drafts, which people still write.
  ['definitions', 'schema-map'],

  ['type', 'types'],
  ['enum', 'values'],
  ['const', 'any'],

  ['multipleOf', 'positive'],
  ['maximum', 'number'],
  ['exclusiveMaximum', 'number'],
  ['minimum', 'number'],
  ['exclusiveMinimum', 'number'],

  ['maxLength', 'count'],
  ['minLength', 'count'],
  ['pattern', 'pattern'],
  ['format', 'format'],

  ['prefixItems', 'schemas'],
  ['items', 'schema'],
  ['contains', 'schema'],
  ['maxContains', 'count'],
  ['minContains', 'count'],
  ['maxItems', 'count'],
  ['minItems', 'count'],
  ['uniqueItems', 'boolean'],

  ['properties', 'schema-map'],
  ['patternProperties', 'pattern-map'],
  ['additionalProperties', 'schema'],
  ['propertyNames', 'schema'],
  ['required', 'names'],
  ['dependentRequired', 'name-lists'],
  ['dependentSchemas', 'schema-map'],
  ['maxProperties', 'count'],
  ['minProperties', 'count'],

  ['allOf', 'schemas'],
  ['anyOf', 'schemas'],
  ['oneOf', 'schemas'],
  ['not', 'schema'],
  ['if', 'schema'],
  ['then', 'schema'],
  ['else', 'schema'],

  // Words for people: they check nothing.
  ['$schema', 'text'],
  ['$id', 'text'],
  ['$comment', 'text'],
  ['title', 'text'],
  ['description', 'text'],
  ['default', 'any'],
  ['examples', 'any'],
  ['deprecated', 'boolean'],
  ['readOnly', 'boolean'],
  ['writeOnly', 'boolean'],
  ['contentEncoding', 'text'],
  ['contentMediaType', 'text'],
];

export const KEYWORDS: ReadonlyMap<string, Shape> = new Map(SHAPES);

export const TYPES = ['null', 'boolean', 'object', 'array', 'number', 'integer', 'string'] as const;
export type TypeName = (typeof TYPES)[number];
