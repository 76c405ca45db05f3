/**
 * Applies a compiled schema to a value (JSON Schema draft 2020-12), and stops at the first thing that does not fit.
 *
 * Every schema applied, and every character compared, is a step; a value that needs more than MAX_STEPS is not accepted,
 * whatever the schema: it would hold up everybody's writes.
 */
import { RegexBudgetError } from '../../http-api/filter/regex/regex.ts';
import { canonical } from './canonical.ts';
import type { CompiledSchema, Schema, SchemaObject } from './compile-schema.ts';
import { MAX_NESTING, MAX_STEPS } from './limits.ts';
import { SchemaBudgetError } from './schema-error.ts';
import { checkArray } from './validate-array.ts';
import { checkNumber, checkString, checkType } from './validate-plain.ts';
import { checkObject } from './validate-object.ts';

/** What does not fit: a JSON pointer into the value, '' for all of it, and what was wanted there. */
export interface Misfit {
  readonly at: string;
  readonly reason: string;
}

/** @returns null when the value fits. Never throws. */
export function validate(schema: CompiledSchema, value: unknown): Misfit | null {
  try {
    return new Validation(schema).check(schema.root, value, '');
  } catch (error) {
    if (error instanceof SchemaBudgetError || error instanceof RegexBudgetError)
      return { at: '', reason: 'takes too long to check' };
    throw error;
  }
}

export class Validation {
  readonly #schema: CompiledSchema;
  #stepsLeft = MAX_STEPS;
  /** Schemas being applied inside of one another: it bounds the stack. */
  #nesting = 0;

  constructor(schema: CompiledSchema) {
    this.#schema = schema;
  }

  /** Bound, so that it can be handed on. @throws SchemaBudgetError */
  readonly spend = (steps: number): void => {
    this.#stepsLeft -= steps;
    if (this.#stepsLeft < 0) throw new SchemaBudgetError();
  };

  check(schema: Schema, value: unknown, at: string): Misfit | null {
    this.spend(1);
    if (schema === true) return null;
    if (schema === false) return { at, reason: 'is not allowed' };
    if (++this.#nesting > MAX_NESTING) throw new SchemaBudgetError();
    try {
      return (
        this.#checkReference(schema, value, at) ??
        this.#checkPlain(schema, value, at) ??
        this.#checkParts(schema, value, at) ??
        this.#checkCombined(schema, value, at)
      );
    } finally {
      this.#nesting--;
    }
  }

  matches(pattern: string, text: string): boolean {
    // The automaton looks at each character for each state that it is in.
    this.spend(text.length + 1);
    return this.#schema.patterns.get(pattern)!.test(text);
  }

  #checkReference(schema: SchemaObject, value: unknown, at: string): Misfit | null {
    if (schema['$ref'] === undefined) return null;
    const target = this.#schema.references.get(schema['$ref'] as string)!;
    return this.check(target, value, at);
  }

  #checkPlain(schema: SchemaObject, value: unknown, at: string): Misfit | null {
    const misfit = checkType(schema, value, at);
    if (misfit !== null) return misfit;
    const { enum: allowed } = schema;
    if (allowed !== undefined && !this.#isOneOf(allowed, value))
      return { at, reason: `must be one of ${shorten(JSON.stringify(allowed))}` };
    if (Object.hasOwn(schema, 'const') && !this.#isOneOf(schema['const'], value))
      return { at, reason: `must be ${shorten(JSON.stringify(schema['const']))}` };
    if (typeof value === 'number') return checkNumber(schema, value, at);
    return typeof value === 'string' ? checkString(this, schema, value, at) : null;
  }

  #checkParts(schema: SchemaObject, value: unknown, at: string): Misfit | null {
    if (Array.isArray(value)) return checkArray(this, schema, value, at);
    if (value === null || typeof value !== 'object') return null;
    return checkObject(this, schema, value as Record<string, unknown>, at);
  }

  #checkCombined(schema: SchemaObject, value: unknown, at: string): Misfit | null {
    const {
      allOf,
      anyOf,
      oneOf,
      not,
      if: condition,
    } = schema as Readonly<Record<string, Schema | undefined>> & {
      allOf?: Schema[];
      anyOf?: Schema[];
      oneOf?: Schema[];
    };
    for (const each of allOf ?? []) {
      const misfit = this.check(each, value, at);
      if (misfit !== null) return misfit;
    }
    if (anyOf !== undefined) {
      const misfit = this.#checkAny(anyOf, value, at);
      if (misfit !== null) return misfit;
    }
    if (oneOf !== undefined) {
      const fitting = oneOf.filter((each) => this.check(each, value, at) === null);
      if (fitting.length > 1) return { at, reason: 'fits more than one schema of "oneOf"' };
      if (fitting.length === 0) return this.#checkAny(oneOf, value, at, 'oneOf');
    }
    if (not !== undefined && this.check(not, value, at) === null)
      return { at, reason: 'fits a schema that it must not fit' };
    if (condition === undefined) return null;
    const isMet = this.check(condition, value, at) === null;
    const next = (isMet ? schema['then'] : schema['else']) as Schema | undefined;
    return next === undefined ? null : this.check(next, value, at);
  }

  #checkAny(
    schemas: readonly Schema[],
    value: unknown,
    at: string,
    keyword = 'anyOf',
  ): Misfit | null {
    let first: Misfit | null = null;
    for (const each of schemas) {
      const misfit = this.check(each, value, at);
      if (misfit === null) return null;
      first ??= misfit;
    }
    const { at: place = at, reason = '' } = first ?? {};
    const where = place === at ? '' : `${place} `;
    return { at, reason: `fits no schema of "${keyword}": ${where}${reason}` };
  }

  #isOneOf(keyword: unknown, value: unknown): boolean {
    return this.#schema.constants.get(keyword)!.has(canonical(value, this.spend));
  }
}

/** A reason goes into an error that somebody reads. */
function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}...`;
}
