import { parseDuration } from '../../protocol/duration.ts';
import { nearestKey } from './key-suggestion.ts';
import { toPlainValue } from '../../protocol/hcl/value-tree.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { Origin } from './problem.ts';
import type { ListSchema, MapSchema, ObjectSchema, Schema } from './schema.ts';
import type { ObjectEntry, ObjectNode, ValueNode } from '../../protocol/hcl/value-tree.ts';

/** How the types are called towards users. */
const TYPE_NAMES: Readonly<Record<Schema['kind'], string>> = {
  string: 'a string',
  duration: 'a duration such as "10s"',
  bool: 'true or false',
  int: 'a whole number',
  uint: 'a whole number',
  float: 'a number',
  list: 'a list',
  map: 'a table',
  object: 'a table',
  any: 'a value',
};

/**
 * Turns the value tree of one source into plain data by a schema. Whatever does not fit becomes a
 * problem with its place, and is left out, so that one run finds all of them.
 *
 * As strict as Consul (mapstructure without weak types): "8500" is no number and "true" no boolean.
 * As lenient too: a list with one element stands for the element, a single HCL block for a list of
 * blocks, null for "not set", and a number's fraction is cut off where a whole one is wanted.
 */
export class Decoder {
  readonly #source: string;
  readonly #diagnostics: Diagnostics;

  constructor(source: string, diagnostics: Diagnostics) {
    this.#source = source;
    this.#diagnostics = diagnostics;
  }

  /** @returns undefined when the node holds no usable value */
  decode(node: ValueNode, schema: Schema, path: string): unknown {
    if (node.kind === 'null') return undefined;
    if (schema.kind === 'list') return this.#decodeList(node, schema, path);
    if (schema.kind === 'any') return toPlainValue(node);
    if (node.kind === 'list' && node.items.length === 1) {
      return this.decode(node.items[0]!, schema, path);
    }
    if (schema.kind === 'object' || schema.kind === 'map') {
      if (node.kind !== 'object') return this.#wrongType(node, schema, path);
      return schema.kind === 'object'
        ? this.#decodeObject(node, schema, path)
        : this.#decodeMap(node, schema, path);
    }
    return this.#decodeScalar(node, schema, path);
  }

  #decodeScalar(node: ValueNode, schema: Schema, path: string): unknown {
    const numeric = schema.kind === 'int' || schema.kind === 'uint' || schema.kind === 'float';
    if (numeric && node.kind === 'number')
      return this.#decodeNumber(node.value, schema, path, node);
    if (schema.kind === 'bool' && node.kind === 'boolean') return node.value;
    if (schema.kind === 'string' && node.kind === 'string') return node.value;
    if (schema.kind === 'duration' && node.kind === 'string') {
      // An empty string is what templates leave for "not set"; Consul refuses it too.
      if (parseDuration(node.value) !== null) return node.value;
      const message = `invalid duration: ${JSON.stringify(node.value)}`;
      this.#diagnostics.problem(
        this.#origin(node),
        path,
        message,
        'for example "10s", "5m" or "1h30m"',
      );
      return undefined;
    }
    return this.#wrongType(node, schema, path);
  }

  #decodeNumber(value: number, schema: Schema, path: string, node: ValueNode): number | undefined {
    if (schema.kind === 'float') return value;
    if (schema.kind === 'uint' && value < 0) {
      this.#diagnostics.problem(this.#origin(node), path, `${value} is negative`);
      return undefined;
    }
    const whole = Math.trunc(value);
    if (Number.isSafeInteger(whole)) return whole;
    this.#diagnostics.problem(this.#origin(node), path, `${value} is out of range`);
    return undefined;
  }

  #decodeList(node: ValueNode, schema: ListSchema, path: string): unknown {
    if (node.kind === 'object' && node.block) return [this.decode(node, schema.item, `${path}[0]`)];
    if (node.kind !== 'list') return this.#wrongType(node, schema, path);
    const items = node.items.map((item, index) =>
      this.decode(item, schema.item, `${path}[${index}]`),
    );
    return items.filter((item) => item !== undefined);
  }

  #decodeMap(node: ObjectNode, schema: MapSchema, path: string): Record<string, unknown> {
    const entries: [string, unknown][] = [];
    for (const { key, value } of node.entries) {
      const decoded = this.decode(value, schema.item, `${path}[${key}]`);
      if (decoded !== undefined) entries.push([key, decoded]);
    }
    const result = Object.fromEntries(entries);
    this.#noteOrigins(node, result, (key) => key, path);
    return result;
  }

  #decodeObject(node: ObjectNode, schema: ObjectSchema, path: string): Record<string, unknown> {
    const names = namesOf(schema);
    const result: Record<string, unknown> = {};
    for (const entry of node.entries) {
      const name = names.get(entry.key.toLowerCase());
      const keyPath = path === '' ? (name ?? entry.key) : `${path}.${name ?? entry.key}`;
      if (name === undefined) {
        this.#unknownKey(entry, keyPath, schema);
        continue;
      }
      const field = schema.fields[name]!;
      const value = this.decode(entry.value, field, keyPath);
      if (value === undefined || !this.#meetRule(field, keyPath, value, entry)) continue;
      if (!this.#meetFate(field, keyPath, value, entry)) continue;
      result[name] = value;
    }
    this.#noteOrigins(node, result, (key) => names.get(key.toLowerCase()), path);
    return result;
  }

  #meetRule(schema: Schema, path: string, value: unknown, { value: node }: ObjectEntry): boolean {
    const message = schema.rule?.(value as never);
    if (message !== undefined)
      this.#diagnostics.problem(this.#origin(node), path, `${path} ${message}`);
    return message === undefined;
  }

  /** @returns whether the value counts */
  #meetFate(schema: Schema, path: string, value: unknown, entry: ObjectEntry): boolean {
    const fate = schema.fate;
    const counts = fate.kind === 'honoured' || (fate.kind === 'ignored' && fate.isKept);
    if (fate.kind === 'honoured' || saysNothing(value)) return counts;
    if (fate.kind === 'ignored') this.#diagnostics.ignore(path, fate.reason);
    else if (fate.kind === 'refused') {
      this.#diagnostics.problem(this.#at(entry.keyPosition), path, fate.reason);
    } else {
      this.#diagnostics.warn(
        `"${path}" is a Consul Enterprise configuration and will have no effect`,
      );
    }
    return counts;
  }

  #unknownKey(entry: ObjectEntry, path: string, schema: ObjectSchema): void {
    const near = nearestKey(entry.key, Object.keys(schema.fields));
    this.#diagnostics.problem(
      this.#at(entry.keyPosition),
      path,
      `invalid config key ${path}`,
      near && `did you mean ${near}?`,
    );
  }

  #wrongType(node: ValueNode, schema: Schema, path: string): undefined {
    const message = `expected ${TYPE_NAMES[schema.kind]}, found ${describeNode(node)}`;
    const quoted = node.kind === 'string' && /^(true|false|-?\d+(\.\d+)?)$/.test(node.value);
    const wantsBare = ['bool', 'int', 'uint', 'float'].includes(schema.kind);
    let hint: string | undefined;
    if (quoted && wantsBare) hint = 'write it without quotes';
    else if (node.kind === 'number' && schema.kind === 'duration')
      hint = `for example "${node.text}s"`;
    else if (schema.kind === 'list' && node.kind !== 'object') hint = 'put it in square brackets';
    this.#diagnostics.problem(this.#origin(node), path, message, hint);
    return undefined;
  }

  #noteOrigins(
    node: ObjectNode,
    result: object,
    nameOf: (key: string) => string | undefined,
    path: string,
  ): void {
    // Of a key that no source sets, the start of some file would be the wrong place to look at.
    if (path !== '') this.#diagnostics.setOrigin(result, '', this.#origin(node));
    for (const { key, value } of node.entries) {
      const name = nameOf(key);
      if (name !== undefined) this.#diagnostics.setOrigin(result, name, this.#origin(value));
    }
  }

  #origin(node: ValueNode): Origin {
    return this.#at(node.position);
  }

  #at(position: ValueNode['position']): Origin {
    return { source: this.#source, position };
  }
}

function describeNode(node: ValueNode): string {
  switch (node.kind) {
    case 'string':
      return `the string ${JSON.stringify(node.value)}`;
    case 'number':
      return `the number ${node.text}`;
    case 'boolean':
      return String(node.value);
    case 'list':
      return `a list of ${node.items.length}`;
    case 'object':
      return 'a table';
    case 'null':
      return 'null';
  }
}

const namesOfSchema = new WeakMap<ObjectSchema, ReadonlyMap<string, string>>();

/** Every spelling of a schema's keys, folded, to the key itself. */
function namesOf(schema: ObjectSchema): ReadonlyMap<string, string> {
  const known = namesOfSchema.get(schema);
  if (known !== undefined) return known;
  const names = new Map<string, string>();
  for (const [name, field] of Object.entries(schema.fields)) {
    for (const spelling of [...field.aliases, name]) names.set(spelling.toLowerCase(), name);
  }
  namesOfSchema.set(schema, names);
  return names;
}

/** Of a key that would be warned of: what turns it off is nothing to complain about. */
function saysNothing(value: unknown): boolean {
  return value === '' || value === false || (typeof value === 'number' && value < 0);
}
