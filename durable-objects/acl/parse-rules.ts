/**
 * The policy language: HCL 1 or JSON (Consul: acl/policy.go).
 *
 * Names of blocks and fields match whatever their case. Blocks and fields that Consul's community edition does not know are left
 * alone, as it leaves them: `identity`, `namespace`, `sentinel` and whatever is misspelt.
 */
import { parseHCL } from '../../protocol/hcl/hcl-parser.ts';
import {
  type ObjectNode,
  type Position,
  SourceSyntaxError,
  type ValueNode,
  toPlainValue,
} from '../../protocol/hcl/value-tree.ts';
import type { Level } from './levels.ts';
import {
  NAMED_RESOURCES,
  type NamedResource,
  PLAIN_RESOURCES,
  type PlainResource,
} from './resources.ts';

export interface NamedRule {
  readonly resource: NamedResource;
  readonly name: string;
  readonly isPrefix: boolean;
  readonly level: Level;
  /** Of services alone: what the block says of intentions that lead there. */
  readonly intentions?: Level;
}

export interface Rules {
  readonly plain: readonly { readonly resource: PlainResource; readonly level: Level }[];
  readonly named: readonly NamedRule[];
}

/** The text says nothing that can be a policy; the message is Consul's. */
export class RulesError extends Error {
  override readonly name = 'RulesError';
}

const LEVELS: ReadonlySet<string> = new Set(['deny', 'read', 'write']);

/** @throws RulesError */
export function parseRules(text: string): Rules {
  const entries = Object.entries(parseSource(text));
  const rules = {
    plain: [] as { resource: PlainResource; level: Level }[],
    named: [] as NamedRule[],
  };
  for (const [key, value] of entries) {
    const word = key.toLowerCase();
    const plain = PLAIN_RESOURCES.find((resource) => resource === word);
    if (plain !== undefined) {
      const level = plainLevel(plain, value);
      if (level !== undefined) rules.plain.push({ resource: plain, level });
      continue;
    }
    const isPrefix = word.endsWith('_prefix');
    const base = isPrefix ? word.slice(0, -'_prefix'.length) : word;
    const named = NAMED_RESOURCES.find((resource) => resource === base);
    if (named !== undefined) rules.named.push(...namedRules(named, isPrefix, value));
  }
  return rules;
}

function parseSource(text: string): Record<string, unknown> {
  const source = text.trimStart();
  try {
    const value = source.startsWith('{')
      ? (JSON.parse(source) as unknown)
      : toPlain(parseHCL(source, refuseRepeated));
    return value as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SourceSyntaxError) {
      const { line, column } = error.position;
      throw new RulesError(`Failed to parse ACL rules: At ${line}:${column}: ${error.message}`);
    }
    if (error instanceof SyntaxError) {
      throw new RulesError(`Failed to parse ACL rules: ${error.message}`);
    }
    throw error;
  }
}

/** One of two would have to be chosen. JSON's last counts, as everywhere. */
function refuseRepeated(key: string, { line, column }: Position): never {
  const what = `The argument "${key}" at ${line}:${column} was already set.`;
  throw new RulesError(`Failed to parse ACL rules: ${what} Each argument can only be defined once`);
}

function toPlain(root: ObjectNode): unknown {
  return toPlainValue(root as ValueNode);
}

function plainLevel(resource: PlainResource, value: unknown): Level | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') throw unknownType(resource, value);
  if (value === '') return undefined;
  if (!LEVELS.has(String(value))) {
    throw new RulesError(`Invalid ${resource} policy: ${JSON.stringify(String(value))}`);
  }
  return value as Level;
}

/** A block has names below it, each with a block or several. Without a name its own fields are taken for names of no fields. */
function namedRules(resource: NamedResource, isPrefix: boolean, value: unknown): NamedRule[] {
  const word = isPrefix ? `${resource}_prefix` : resource;
  return blocksOf(word, value).flatMap((block) =>
    Object.entries(block).flatMap(([name, body]) => {
      // `key { policy = "read" }`: no name, so nothing that it could rule.
      if (typeof body !== 'object' || body === null) return [];
      return blocksOf(word, body).map((fields) => namedRule(resource, isPrefix, name, fields));
    }),
  );
}

function blocksOf(word: string, value: unknown): Record<string, unknown>[] {
  const list = Array.isArray(value) ? value : [value];
  for (const item of list) {
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      throw unknownType(word, item);
  }
  return list as Record<string, unknown>[];
}

function namedRule(
  resource: NamedResource,
  isPrefix: boolean,
  name: string,
  fields: Record<string, unknown>,
): NamedRule {
  const word = isPrefix ? `${resource}_prefix` : resource;
  const policy = textOf(fields, 'policy');
  const intentions = resource === 'service' ? textOf(fields, 'intentions') : '';
  const isLevel = LEVELS.has(policy) || (resource === 'key' && policy === 'list');
  if (!isLevel) {
    throw new RulesError(`Invalid ${word} policy: ${describe(resource, name, policy, intentions)}`);
  }
  if (intentions !== '' && !LEVELS.has(intentions)) {
    const rule = describe(resource, name, policy, intentions);
    throw new RulesError(`Invalid ${word} intentions policy: ${rule}`);
  }
  const rule = { resource, name, isPrefix, level: policy as Level };
  return intentions === '' ? rule : { ...rule, intentions: intentions as Level };
}

function textOf(fields: Record<string, unknown>, wanted: string): string {
  const key = Object.keys(fields).find((name) => name.toLowerCase() === wanted);
  const value = key === undefined ? '' : fields[key];
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  throw unknownType(wanted, value);
}

function unknownType(word: string, value: unknown): RulesError {
  const found = Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value;
  return new RulesError(
    `Failed to parse ACL rules: root.${word}: unknown type for string ${found}`,
  );
}

/** The names of Consul's own structures, which stand in its errors. */
const STRUCTURES: Readonly<
  Record<NamedResource, readonly [type: string, field: string, tail: string]>
> = {
  agent: ['AgentRule', 'Node', ''],
  event: ['EventRule', 'Event', ''],
  key: ['KeyRule', 'Prefix', ', EnterpriseRule:acl.EnterpriseRule{}'],
  node: ['NodeRule', 'Name', ', EnterpriseRule:acl.EnterpriseRule{}'],
  query: ['PreparedQueryRule', 'Prefix', ''],
  service: ['ServiceRule', 'Name', ', EnterpriseRule:acl.EnterpriseRule{}'],
  session: ['SessionRule', 'Node', ''],
};

function describe(
  resource: NamedResource,
  name: string,
  policy: string,
  intentions: string,
): string {
  const [type, field, tail] = STRUCTURES[resource];
  const more = resource === 'service' ? `, Intentions:${JSON.stringify(intentions)}` : '';
  return `&acl.${type}{${field}:${JSON.stringify(name)}, Policy:${JSON.stringify(policy)}${more}${tail}}`;
}
