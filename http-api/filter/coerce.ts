import type { IntField, ScalarField } from './field-set.ts';
import { quote } from '../quote.ts';

/** The operand of a comparison, in the type of the field. Integers are bigint: Go's go beyond 2^53. */
export type Operand = string | boolean | bigint;

/**
 * Turns the text of an operand into the type of its field.
 *
 * @throws Error with the wording of Go's strconv, which stands at the end of Consul's message
 */
export function coerce(text: string, field: ScalarField): Operand {
  switch (field.kind) {
    case 'string':
      return text;
    case 'bool':
      return parseBool(text);
    case 'int':
      return parseInteger(text, field);
  }
}

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

function parseBool(text: string): boolean {
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  throw new Error(`strconv.ParseBool: parsing ${quote(text)}: invalid syntax`);
}

// The forms of strconv.ParseInt with base 0; an underscore may stand between digits and after the prefix.
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/^0[xX](?:_?[0-9a-fA-F])+$/, '0x'],
  [/^0[bB](?:_?[01])+$/, '0b'],
  [/^0[oO](?:_?[0-7])+$/, '0o'],
  [/^0(?:_?[0-7])+$/, '0o'],
  [/^(?:0|[1-9](?:_?[0-9])*)$/, ''],
];

/** Digits of any base that a Go literal may have. A leading zero means octal, so `08` is an error and `010` is eight. */
function parseInteger(text: string, field: IntField): bigint {
  const name = field.signed ? 'ParseInt' : 'ParseUint';
  const negative = field.signed && text.startsWith('-');
  const unsigned = field.signed ? text.replace(/^[+-]/, '') : text;
  const form = FORMS.find(([pattern]) => pattern.test(unsigned));
  if (form === undefined) {
    throw new Error(`strconv.${name}: parsing ${quote(text)}: invalid syntax`);
  }
  const digits = unsigned.replaceAll('_', '').replace(form[1] === '' ? '' : /^0[xXbBoO]?/, '');
  const magnitude = BigInt(form[1] + digits);
  const value = negative ? -magnitude : magnitude;
  const top = 1n << BigInt(field.signed ? field.bits - 1 : field.bits);
  if (value >= top || value < (field.signed ? -top : 0n)) {
    throw new Error(`strconv.${name}: parsing ${quote(text)}: value out of range`);
  }
  return value;
}
