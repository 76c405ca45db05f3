/**
 * A template's tree to its text.
 *
 * HIL checks types first and evaluates then, both branches of a condition included; here one pass does both. What
 * fails there fails here, though of two faults the other one may be named.
 */
import type { Node, Operator, Value, ValueType } from './ast.ts';
import { convert } from './convert.ts';
import { InterpolationError, type Position } from './tokens.ts';

export interface Scope {
  readonly variables: Readonly<Record<string, string>>;
  readonly functions: Readonly<Record<string, TemplateFunction>>;
}

/** A function of one whole number. */
export type TemplateFunction = (argument: bigint) => string;

/** @throws InterpolationError */
export function evaluate(root: Node, scope: Scope): string {
  const result = convert(evaluateNode(root, scope), 'string');
  return String(result?.value);
}

function evaluateNode(node: Node, scope: Scope): Value {
  switch (node.kind) {
    case 'value':
      return node.value;
    case 'output':
      return { type: 'string', value: node.parts.map((part) => evaluate(part, scope)).join('') };
    case 'variable':
      if (Object.hasOwn(scope.variables, node.name)) {
        return { type: 'string', value: scope.variables[node.name]! };
      }
      throw new InterpolationError(
        `${node.at.line}:${node.at.column}: unknown variable accessed: ${node.name}`,
      );
    case 'call':
      return call(node, scope);
    case 'index':
      throw fault(node.at, 'invalid index operation into non-indexable type: TypeString');
    case 'binary':
      return binary(node, scope);
    case 'conditional':
      return conditional(node, scope);
  }
}

function call({ name, args, at }: Extract<Node, { kind: 'call' }>, scope: Scope): Value {
  const place = `${at.line}:${at.column}`;
  if (!Object.hasOwn(scope.functions, name)) {
    throw new InterpolationError(`${place}: unknown function called: ${name}`);
  }
  const [argument] = args;
  if (argument === undefined || args.length > 1) {
    throw new InterpolationError(`${place}: ${name}: expected 1 arguments, got ${args.length}`);
  }
  const given = evaluateNode(argument, scope);
  const value = convert(given, 'int');
  if (value?.type === 'int') {
    return { type: 'string', value: scope.functions[name]!(value.value) };
  }
  throw fault(at, `${name}: argument 1 should be type int, got type ${given.type}`);
}

function conditional(
  { condition, yes, no, at }: Extract<Node, { kind: 'conditional' }>,
  scope: Scope,
): Value {
  const test = evaluateNode(condition, scope);
  const decided = convert(test, 'bool');
  if (decided?.type !== 'bool') {
    throw fault(at, `condition must be type bool, not type ${test.type}`);
  }
  const [left, right] = [evaluateNode(yes, scope), evaluateNode(no, scope)];
  // Texts adapt to the other branch: numbers travel as texts as often as not.
  const type = left.type === 'string' ? right.type : left.type;
  const [chosenYes, chosenNo] = [convert(left, type), convert(right, type)];
  if (chosenYes === undefined || chosenNo === undefined) {
    throw fault(
      at,
      `true and false expression types must match; have type ${left.type} and type ${right.type}`,
    );
  }
  return decided.value ? chosenYes : chosenNo;
}

function binary(node: Extract<Node, { kind: 'binary' }>, scope: Scope): Value {
  const { operator, at } = node;
  const operands = [evaluateNode(node.left, scope), evaluateNode(node.right, scope)] as const;
  const type = operandType(operator, operands);
  const [left, right] = operands.map((operand, index) => {
    const value = convert(operand, type);
    if (value !== undefined) return value;
    throw fault(at, `operand ${index + 1} should be ${goName(type)}, got ${goName(operand.type)}`);
  }) as [Value, Value];
  const result = compute(operator, left, right);
  if (typeof result === 'string') throw fault(at, result);
  return result;
}

/** Which type an operator computes in. */
function operandType(operator: Operator, [left, right]: readonly [Value, Value]): ValueType {
  if (operator === '&&' || operator === '||') return 'bool';
  // Equality is the first operand's; everything else is done with whole numbers unless a float is among them.
  if (operator === '==' || operator === '!=') return left.type;
  return left.type === 'float' || right.type === 'float' ? 'float' : 'int';
}

/** @returns what is wrong where there is no result */
function compute(operator: Operator, left: Value, right: Value): Value | string {
  switch (operator) {
    case '&&':
      return bool(left.value === true && right.value === true);
    case '||':
      return bool(left.value === true || right.value === true);
    case '==':
      return bool(left.value === right.value);
    case '!=':
      return bool(left.value !== right.value);
    case '<':
      return bool(left.value < right.value);
    case '<=':
      return bool(left.value <= right.value);
    case '>':
      return bool(left.value > right.value);
    case '>=':
      return bool(left.value >= right.value);
    default:
      if (left.type === 'float') return floatMath(operator, left.value, Number(right.value));
      return intMath(operator, left.value as bigint, right.value as bigint);
  }
}

type Arithmetic = '+' | '-' | '*' | '/' | '%';

const INT_BITS = 64;

function intMath(operator: Arithmetic, left: bigint, right: bigint): Value | string {
  if (right === 0n && (operator === '/' || operator === '%')) {
    return '__builtin_IntMath: divide by zero';
  }
  const results = {
    '+': () => left + right,
    '-': () => left - right,
    '*': () => left * right,
    '/': () => left / right,
    '%': () => left % right,
  };
  return { type: 'int', value: BigInt.asIntN(INT_BITS, results[operator]()) };
}

function floatMath(operator: Arithmetic, left: number, right: number): Value | string {
  if (operator === '%') return 'modulo cannot be used with floats';
  const results = {
    '+': () => left + right,
    '-': () => left - right,
    '*': () => left * right,
    '/': () => left / right,
  };
  return { type: 'float', value: results[operator]() };
}

function bool(value: boolean): Value {
  return { type: 'bool', value };
}

function goName(type: ValueType): string {
  return `Type${type.charAt(0).toUpperCase()}${type.slice(1)}`;
}

function fault({ line, column }: Position, message: string): InterpolationError {
  return new InterpolationError(`At column ${column}, line ${line}: ${message}`);
}
