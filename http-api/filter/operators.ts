import type { MatchOperator } from './ast.ts';
import type { Operand } from './coerce.ts';
import type { Field } from './field-set.ts';
import { FilterError } from './filter-error.ts';
import { RegexBudgetError } from './regex/regex.ts';
import type { Regex } from './regex/regex.ts';

/** A test of the value that a selector leads to; `undefined` and null are the kind's zero value. */
export type ValueTest = (value: unknown) => boolean;

const EQUALITY: readonly MatchOperator[] = ['Equal', 'Not Equal'];
const MEMBERSHIP: readonly MatchOperator[] = ['In', 'Not In'];
const EMPTINESS: readonly MatchOperator[] = ['Is Empty', 'Is Not Empty'];
const PATTERN: readonly MatchOperator[] = ['Matches', 'Not Matches'];

/** A struct takes no operator at all: its emptiness is not defined in Consul either. */
const OPERATORS: Readonly<Record<Field['kind'], readonly MatchOperator[]>> = {
  string: [...EQUALITY, ...MEMBERSHIP, ...PATTERN],
  bool: EQUALITY,
  int: EQUALITY,
  list: [...MEMBERSHIP, ...EMPTINESS],
  map: [...MEMBERSHIP, ...EMPTINESS],
  struct: [],
  'struct-list': EMPTINESS,
  address: EMPTINESS,
};

export function supportsOperator(field: Field, operator: MatchOperator): boolean {
  return OPERATORS[field.kind].includes(operator);
}

/**
 * The test of `operator` on a value of `field`.
 *
 * @param operand in the field's type; a Regex for the two pattern operators; undefined for the two of emptiness
 */
export function valueTest(
  operator: MatchOperator,
  field: Field,
  operand: Operand | Regex | undefined,
): ValueTest {
  switch (operator) {
    case 'Equal':
      return equals(operand);
    case 'In':
      return contains(field, operand);
    case 'Is Empty':
      return isEmpty;
    case 'Matches':
      return matches(operand as Regex);
    case 'Not Equal':
      return negate(valueTest('Equal', field, operand));
    case 'Not In':
      return negate(valueTest('In', field, operand));
    case 'Is Not Empty':
      return negate(isEmpty);
    case 'Not Matches':
      return negate(valueTest('Matches', field, operand));
  }
}

const negate =
  (test: ValueTest): ValueTest =>
  (value) =>
    !test(value);

/** Strings compare by code point and with regard to case, unlike names in Consul's paths. */
function equals(operand: unknown): ValueTest {
  if (typeof operand !== 'bigint') {
    const zero = typeof operand === 'boolean' ? false : '';
    return (value) => (value ?? zero) === operand;
  }
  // Rows carry plain numbers wherever 53 bits hold them; a larger operand then equals none of them.
  const asNumber = Number(operand);
  const exact = BigInt(asNumber) === operand ? asNumber : undefined;
  return (value) => (typeof value === 'bigint' ? value === operand : (value ?? 0) === exact);
}

/** An element of a list, a key of a map, a part of a text. */
function contains(field: Field, operand: unknown): ValueTest {
  if (field.kind === 'string') {
    return (value) => (typeof value === 'string' ? value : '').includes(String(operand));
  }
  if (field.kind === 'map') {
    return (value) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, String(operand));
  }
  const equal = equals(operand);
  return (value) => Array.isArray(value) && value.some(equal);
}

function matches(pattern: Regex): ValueTest {
  return (value) => {
    try {
      return pattern.test(typeof value === 'string' ? value : '');
    } catch (error) {
      if (error instanceof RegexBudgetError) throw new FilterError(error.message);
      throw error;
    }
  };
}

/** Null and absence are empty: Go renders an empty map or list as either, by field. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'string' || Array.isArray(value)) return value.length === 0;
  return Object.keys(value).length === 0;
}
