/**
 * From the text of a schema to one that can be applied: every keyword checked, patterns compiled, references resolved.
 *
 * Refused: keywords that are not known, references out of the schema, and what draft 2020-12 has beyond
 * `keywords.ts` ($dynamicRef, $anchor, unevaluated*).
 */
import { Regex, RegexSyntaxError } from '../../http-api/filter/regex/regex.ts';
import { MAX_SCHEMA_BYTES } from '../../protocol/limits.ts';
import { canonical } from './canonical.ts';
import { FORMATS } from './formats.ts';
import { KEYWORDS, type Shape, TYPES } from './keywords.ts';
import { MAX_SCHEMA_DEPTH } from './limits.ts';
import { SchemaError } from './schema-error.ts';

/** A schema as it stands in the text, or `true` or `false`. */
export type Schema = boolean | SchemaObject;
export type SchemaObject = Readonly<Record<string, unknown>>;

export interface CompiledSchema {
  readonly root: Schema;
  /** By the text of the reference: `#`, or `#/` and a pointer. */
  readonly references: ReadonlyMap<string, Schema>;
  readonly patterns: ReadonlyMap<string, Regex>;
  /** Values of `enum` and `const` in their canonical form, by the keyword's own value. */
  readonly constants: ReadonlyMap<unknown, ReadonlySet<string>>;
}

/** @throws SchemaError */
export function compileSchema(text: string): CompiledSchema {
  if (text.length > MAX_SCHEMA_BYTES)
    throw new SchemaError('', `is longer than ${MAX_SCHEMA_BYTES} characters`);
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    throw new SchemaError('', `is no JSON: ${(error as Error).message}`);
  }
  return new Compiler(root).compile();
}

class Compiler {
  readonly #root: unknown;
  readonly #references = new Map<string, Schema>();
  readonly #patterns = new Map<string, Regex>();
  readonly #constants = new Map<unknown, ReadonlySet<string>>();
  /** Schemas that were looked at: what a reference points to has to be one. */
  readonly #schemas = new Set<unknown>();
  readonly #pending: { reference: string; at: string }[] = [];

  constructor(root: unknown) {
    this.#root = root;
  }

  compile(): CompiledSchema {
    this.#checkSchema(this.#root, '', 0);
    for (const { reference, at } of this.#pending) this.#resolve(reference, at);
    return {
      root: this.#root as Schema,
      references: this.#references,
      patterns: this.#patterns,
      constants: this.#constants,
    };
  }

  #checkSchema(schema: unknown, at: string, depth: number): void {
    if (depth > MAX_SCHEMA_DEPTH) throw new SchemaError(at, 'is nested too deeply');
    if (typeof schema === 'boolean') return;
    if (!isObject(schema)) throw new SchemaError(at, 'is neither an object nor a boolean');
    this.#schemas.add(schema);
    for (const [keyword, value] of Object.entries(schema as object)) {
      const place = `${at}/${escape(keyword)}`;
      // Everybody's own keywords, as OpenAPI has them.
      if (keyword.startsWith('x-')) continue;
      const shape = KEYWORDS.get(keyword);
      if (shape === undefined) throw new SchemaError(place, 'is no keyword that is known here');
      this.#checkValue(shape, value, place, depth);
      if (keyword === 'const') this.#addConstants(value, [value]);
    }
  }

  #checkValue(shape: Shape, value: unknown, at: string, depth: number): void {
    switch (shape) {
      case 'schema':
        return this.#checkSchema(value, at, depth + 1);
      case 'schemas':
        requireThat(Array.isArray(value) && value.length > 0, at, 'is no list of schemas');
        for (const [index, item] of (value as unknown[]).entries())
          this.#checkSchema(item, `${at}/${index}`, depth + 1);
        return;
      case 'schema-map':
      case 'pattern-map':
        requireThat(isObject(value), at, 'is no object of schemas');
        for (const [name, item] of Object.entries(value as object)) {
          const place = `${at}/${escape(name)}`;
          if (shape === 'pattern-map') this.#addPattern(name, place);
          this.#checkSchema(item, place, depth + 1);
        }
        return;
      case 'pattern':
        requireThat(typeof value === 'string', at, 'is no text');
        return this.#addPattern(value as string, at);
      case 'reference':
        requireThat(typeof value === 'string', at, 'is no text');
        this.#pending.push({ reference: value as string, at });
        return;
      case 'values':
        requireThat(Array.isArray(value), at, 'is no list');
        return this.#addConstants(value, value as unknown[]);
      default:
        checkPlain(shape, value, at);
    }
  }

  #addPattern(pattern: string, at: string): void {
    if (this.#patterns.has(pattern)) return;
    try {
      this.#patterns.set(pattern, new Regex(pattern));
    } catch (error) {
      if (error instanceof RegexSyntaxError)
        throw new SchemaError(at, `is no pattern: ${error.message}`);
      throw error;
    }
  }

  #addConstants(key: unknown, values: readonly unknown[]): void {
    this.#constants.set(key, new Set(values.map((value) => canonical(value, () => {}))));
  }

  #resolve(reference: string, at: string): void {
    if (!reference.startsWith('#'))
      throw new SchemaError(at, 'points out of the schema: only references within it are followed');
    let target: unknown = this.#root;
    const pointer = decodeFragment(reference.slice(1));
    if (pointer !== '' && !pointer.startsWith('/'))
      throw new SchemaError(at, 'is no JSON pointer: anchors are not known here');
    for (const part of pointer.split('/').slice(1)) {
      const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
      const holder = target as Record<string, unknown>;
      const isThere = target !== null && typeof target === 'object' && Object.hasOwn(holder, name);
      if (!isThere) throw new SchemaError(at, `points to nothing: ${reference}`);
      target = holder[name];
    }
    if (typeof target !== 'boolean' && !this.#schemas.has(target))
      throw new SchemaError(at, `does not point to a schema: ${reference}`);
    this.#references.set(reference, target as Schema);
  }
}

function checkPlain(shape: Shape, value: unknown, at: string): void {
  const isNumber = typeof value === 'number';
  if (shape === 'count')
    requireThat(isNumber && Number.isSafeInteger(value) && value >= 0, at, 'is no whole number');
  else if (shape === 'number') requireThat(isNumber, at, 'is no number');
  else if (shape === 'positive') requireThat(isNumber && value > 0, at, 'is no positive number');
  else if (shape === 'boolean') requireThat(typeof value === 'boolean', at, 'is no boolean');
  else if (shape === 'text') requireThat(typeof value === 'string', at, 'is no text');
  else if (shape === 'names') requireThat(isNames(value), at, 'is no list of different names');
  else if (shape === 'name-lists') {
    const isFine = isObject(value) && Object.values(value as object).every(isNames);
    requireThat(isFine, at, 'is no object of lists of names');
  } else if (shape === 'types') {
    const types = typeof value === 'string' ? [value] : value;
    const isFine = isNames(types) && types.length > 0;
    requireThat(isFine && types.every(isType), at, 'is no type');
  } else if (shape === 'format') {
    const isKnown = typeof value === 'string' && Object.hasOwn(FORMATS, value);
    requireThat(
      isKnown,
      at,
      `is no format that is checked here: ${Object.keys(FORMATS).join(', ')}`,
    );
  }
}

function requireThat(isFine: boolean, at: string, reason: string): void {
  if (!isFine) throw new SchemaError(at, reason);
}

function isObject(value: unknown): boolean {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isNames(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.every((name) => typeof name === 'string') &&
    new Set(value).size === value.length
  );
}

function isType(name: string): boolean {
  return (TYPES as readonly string[]).includes(name);
}

function escape(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function decodeFragment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
