import { bindExpression } from './bind.ts';
import type { Predicate } from './bind.ts';
import type { FieldSet } from './field-set.ts';
import { parseExpression } from './parser.ts';

/**
 * Compiles Consul's filter language for rows of one type.
 *
 * The empty expression is no filter, as in Consul; one of white space only is an error. The predicate can serve any number
 * of rows and runs. It throws a FilterError when a pattern costs more than `limits.ts` allows: better one refused query
 * than a datacenter that stands still.
 *
 * @throws FilterError, which Consul's HTTP API answers with 500
 */
export function compileFilter(expression: string, fields: FieldSet): Predicate {
  if (expression === '') return () => true;
  return bindExpression(parseExpression(expression), fields);
}

/**
 * As compileFilter, but selectors and operands are checked only when the first row arrives.
 *
 * So does `/v1/agent/checks`: with no checks at all an unknown selector is answered with an empty list, otherwise with
 * `FilterError.reason`. Syntax errors are thrown at once.
 */
export function compileFilterLazily(expression: string, fields: FieldSet): Predicate {
  if (expression === '') return () => true;
  const tree = parseExpression(expression);
  let predicate: Predicate | undefined;
  return (row) => (predicate ??= bindExpression(tree, fields))(row);
}
