/**
 * Tree and row type to predicate. Everything that can be wrong with an expression is found here, before the first row:
 * the selector, the operator for its kind, the operand's type, the pattern.
 */
import type { ExpressionNode, MatchNode } from './ast.ts';
import type { Operand } from './coerce.ts';
import { coerce } from './coerce.ts';
import type { Field, FieldSet, ScalarField } from './field-set.ts';
import { struct } from './field-set.ts';
import { FilterError } from './filter-error.ts';
import { supportsOperator, valueTest } from './operators.ts';
import type { ValueTest } from './operators.ts';
import { quote } from '../quote.ts';
import { Regex, RegexSyntaxError } from './regex/regex.ts';

export type Predicate = (row: unknown) => boolean;

/** @throws FilterError with Consul's wording */
export function bindExpression(node: ExpressionNode, fields: FieldSet): Predicate {
  if (node.type === 'match') return bindMatch(node, fields);
  if (node.type === 'not') {
    const operand = bindExpression(node.operand, fields);
    return (row) => !operand(row);
  }
  const operands = node.operands.map((operand) => bindExpression(operand, fields));
  return node.type === 'and'
    ? (row) => operands.every((operand) => operand(row))
    : (row) => operands.some((operand) => operand(row));
}

/** One comparison: selector, then operator, then operand, in the order in which Consul complains. */
function bindMatch(node: MatchNode, fields: FieldSet): Predicate {
  const path = resolveSelector(node.selector, fields);
  const target = path.at(-1);
  if (target === undefined || !supportsOperator(target, node.operator)) {
    const operator = quote(node.operator);
    throw new FilterError(`Invalid match operator ${operator} for selector ${selectorName(node)}`);
  }
  const test = valueTest(node.operator, target, bindOperand(node, target));
  return walker(node, struct(fields), path, 0, test);
}

/** @returns the field behind each part of the selector */
function resolveSelector(selector: readonly string[], fields: FieldSet): Field[] {
  const path: Field[] = [];
  let current: Field = struct(fields);
  for (const part of selector) {
    const next = child(current, part);
    if (next === undefined) {
      const upToHere = selector.slice(0, path.length + 1).join('.');
      throw new FilterError(`Selector ${quote(upToHere)} is not valid`);
    }
    path.push(next);
    current = next;
  }
  return path;
}

/** What `name` selects in a field. A map takes any name: that a key is absent is known only with the row. */
function child(field: Field, name: string): Field | undefined {
  if (field.kind === 'map') return field.of;
  if (field.kind !== 'struct' && field.kind !== 'struct-list') return undefined;
  // `constructor` and its like are names of every object, but not fields of a row.
  return Object.hasOwn(field.fields, name) ? field.fields[name] : undefined;
}

/** @throws FilterError when the operand is not of the field's kind, or is no pattern */
function bindOperand(node: MatchNode, target: Field): Operand | Regex | undefined {
  if (node.value === undefined) return undefined;
  if (node.operator === 'Matches' || node.operator === 'Not Matches') {
    return compilePattern(node.value);
  }
  try {
    return coerce(node.value, operandField(target));
  } catch (error) {
    const value = quote(node.value);
    const cause = error instanceof Error ? error.message : String(error);
    throw new FilterError(
      `Failed to coerce value ${value} for selector ${selectorName(node)}: ${cause}`,
    );
  }
}

/** The kind of an operand: an element's for a list, a key's for a map. */
function operandField(target: Field): ScalarField {
  switch (target.kind) {
    case 'list':
      return target.of;
    case 'bool':
    case 'int':
      return target;
    default:
      return { kind: 'string' };
  }
}

function compilePattern(pattern: string): Regex {
  try {
    return new Regex(pattern);
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error;
    throw new FilterError(
      `Failed to compile regular expression ${quote(pattern)}: ${error.message}`,
    );
  }
}

/**
 * Follows the selector from part `depth` on through a value of kind `container`, and applies `test` at its end.
 */
function walker(
  node: MatchNode,
  container: Field,
  path: readonly Field[],
  depth: number,
  test: ValueTest,
): Predicate {
  const next = path[depth];
  const name = node.selector[depth];
  if (next === undefined || name === undefined) return test;
  const rest = walker(node, next, path, depth + 1, test);
  switch (container.kind) {
    case 'struct-list':
      return (value) =>
        Array.isArray(value) && value.some((element) => rest(property(element, name)));
    case 'map': {
      // Of an absent key Consul says: equal to nothing and in nothing, but all else, "matches" included, holds.
      const whenAbsent = !['Equal', 'In', 'Is Not Empty'].includes(node.operator);
      return (value) => (hasKey(value, name) ? rest(property(value, name)) : whenAbsent);
    }
    default:
      return (value) => rest(property(value, name));
  }
}

/** Own keys only: what every object inherits is no part of a row. */
function hasKey(value: unknown, name: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name);
}

function property(value: unknown, name: string): unknown {
  return hasKey(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function selectorName(node: MatchNode): string {
  return quote(node.selector.join('.'));
}
