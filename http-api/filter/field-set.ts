/**
 * What a filter may select in a row: the names, and the kind of value behind each.
 *
 * A row is the JSON shape that the endpoint answers with. Where that shape omits an empty field, or says null, the field
 * reads as its kind's zero value (empty text, 0, false, nothing in the list), which is what Go filters before rendering.
 */
export type FieldSet = Readonly<Record<string, Field>>;

export type ScalarField = StringField | BoolField | IntField;

/** `== != in "not in" matches "not matches"`; `x in Field` asks for a substring. */
export interface StringField {
  kind: 'string';
}

/** `== !=` */
export interface BoolField {
  kind: 'bool';
}

/** `== !=`. A number outside `bits` is an error of the expression, as in Go. */
export interface IntField {
  kind: 'int';
  signed: boolean;
  bits: 8 | 16 | 32 | 64;
}

/** `in "not in" "is empty" "is not empty"` */
export interface ListField {
  kind: 'list';
  of: ScalarField;
}

/** Operators as of a list, on the keys; a selector goes on with the key, which need not exist. */
export interface MapField {
  kind: 'map';
  of: Field;
}

/** No operators; a selector goes on with a field's name. */
export interface StructField {
  kind: 'struct';
  fields: FieldSet;
}

/** Emptiness only; a selector goes on with a field's name and holds if it holds for some element, also for `!=`. */
export interface StructListField {
  kind: 'struct-list';
  fields: FieldSet;
}

/**
 * An IP address, which Go keeps as bytes and JSON shows as text: emptiness only. Consul would also take `in` with the
 * value of one byte, which nobody can mean; here that is an invalid operator.
 */
export interface AddressField {
  kind: 'address';
}

export type Field =
  | ScalarField
  | ListField
  | MapField
  | StructField
  | StructListField
  | AddressField;

export const STRING: StringField = { kind: 'string' };
export const BOOL: BoolField = { kind: 'bool' };
export const INT: IntField = { kind: 'int', signed: true, bits: 64 };
export const UINT8: IntField = { kind: 'int', signed: false, bits: 8 };
export const UINT16: IntField = { kind: 'int', signed: false, bits: 16 };
export const ADDRESS: AddressField = { kind: 'address' };
export const STRING_LIST: ListField = { kind: 'list', of: STRING };
export const STRING_MAP: MapField = { kind: 'map', of: STRING };

export const struct = (fields: FieldSet): StructField => ({ kind: 'struct', fields });
export const structList = (fields: FieldSet): StructListField => ({ kind: 'struct-list', fields });
export const mapOf = (of: Field): MapField => ({ kind: 'map', of });
