import { parseDuration } from '../../protocol/duration.ts';
import { AGENT_FLAGS } from './agent-flags.ts';
import { AGENT_KEYS } from './keys/agent-keys.ts';
import type { AgentFlag } from './agent-flags.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { RawConfig } from './keys/agent-keys.ts';
import type { Schema } from './schema.ts';

export interface ParsedFlags {
  /** What -config-file and -config-dir name, in their order on the command line. */
  readonly configPaths: readonly string[];
  readonly configFormat: 'hcl' | 'json' | undefined;
  readonly dev: boolean;
  readonly hclFragments: readonly string[];
  /** Lists come before those of the files, so they are a source of their own. */
  readonly lists: RawConfig;
  /** Everything else wins over the files. */
  readonly values: RawConfig;
}

/** As Go's strconv.ParseBool reads it. */
const BOOLEANS: Readonly<Record<string, boolean>> = Object.fromEntries([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true]),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false]),
]) as Record<string, boolean>;

const flagsByName = new Map(AGENT_FLAGS.map((flag) => [flag.name, flag]));

/**
 * Reads the command line of `lictor agent` as Go's flag package does: one dash or two,
 * `-flag=value` or `-flag value`, booleans without a value (and with one only after `=`). Errors
 * become problems with Go's wording.
 */
export function parseAgentFlags(args: readonly string[], diagnostics: Diagnostics): ParsedFlags {
  const parser = new FlagParser(diagnostics);
  let rest = args;
  while (rest.length > 0) {
    const taken = parser.take(rest);
    if (taken === 0) break;
    rest = rest.slice(taken);
  }
  if (rest[0] === '--') rest = rest.slice(1);
  if (rest.length > 0) {
    diagnostics.problem(
      { source: 'command line' },
      '',
      `Unexpected extra arguments: ${rest.join(' ')}`,
    );
  }
  return parser.result;
}

type Table = Record<string, unknown>;

class FlagParser {
  readonly #diagnostics: Diagnostics;
  readonly #configPaths: string[] = [];
  readonly #hclFragments: string[] = [];
  readonly #lists: Table = {};
  readonly #values: Table = {};
  #configFormat: 'hcl' | 'json' | undefined;
  #dev = false;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  get result(): ParsedFlags {
    return {
      configPaths: this.#configPaths,
      configFormat: this.#configFormat,
      dev: this.#dev,
      hclFragments: this.#hclFragments,
      lists: this.#lists as RawConfig,
      values: this.#values as RawConfig,
    };
  }

  /** @returns how many arguments belong to the flag at the front, 0 when none stands there */
  take([argument, next]: readonly string[]): number {
    const match = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(argument!);
    if (match === null) return 0;
    const name = match[1]!;
    const flag = flagsByName.get(name);
    if (flag === undefined) {
      this.#fail(name, `flag provided but not defined: -${name}`);
      // Whether the next argument is its value cannot be known; it is not complained about twice.
      return match[2] === undefined && next !== undefined && !next.startsWith('-') ? 2 : 1;
    }
    if (match[2] !== undefined) this.#set(flag, match[2]);
    else if (schemaOf(flag)?.kind === 'bool') this.#set(flag, 'true');
    else if (next !== undefined) {
      this.#set(flag, next);
      return 2;
    } else this.#fail(name, `flag needs an argument: -${name}`);
    return 1;
  }

  #set(flag: AgentFlag, text: string): void {
    if (flag.deprecated !== undefined) {
      this.#diagnostics.warn(
        `The flag '-${flag.name}' is deprecated. Use the '-${flag.deprecated}' flag instead.`,
      );
    }
    switch (flag.control) {
      case 'config':
        this.#configPaths.push(text);
        break;
      case 'hcl':
        this.#hclFragments.push(text);
        break;
      case 'dev':
        this.#dev = this.#scalar(flag, { kind: 'bool' }, text) === true;
        break;
      case 'config-format':
        if (text === 'hcl' || text === 'json') this.#configFormat = text;
        else this.#fail(flag.name, "-config-format must be either 'hcl' or 'json'");
        break;
      default:
        this.#setKey(flag, text);
    }
  }

  #setKey(flag: AgentFlag, text: string): void {
    const schema = schemaOf(flag)!;
    const segments = targetKey(flag).split('.');
    const key = segments.pop()!;
    let table = schema.kind === 'list' && segments.length === 0 ? this.#lists : this.#values;
    for (const segment of segments) table = (table[segment] ??= {}) as Table;
    if (!this.#meetFate(flag, schema, text)) return;
    if (schema.kind === 'list')
      table[key] = [...((table[key] as unknown[] | undefined) ?? []), text];
    else if (schema.kind === 'map') {
      const colon = text.indexOf(':');
      const [name, value] =
        colon === -1 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
      table[key] = { ...(table[key] as object | undefined), [name]: value };
    } else {
      const value = this.#scalar(flag, schema, text);
      if (value === undefined) return;
      table[key] = value;
    }
    this.#diagnostics.setOrigin(table, key, { source: `flag -${flag.name}` });
  }

  #scalar(flag: AgentFlag, schema: { kind: string }, text: string): unknown {
    let value: unknown = text;
    if (schema.kind === 'bool') value = BOOLEANS[text];
    else if (schema.kind === 'int') value = /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
    else if (schema.kind === 'duration') value = parseDuration(text) === null ? undefined : text;
    if (value === undefined) {
      const wanted =
        { bool: 'true or false', int: 'a whole number' }[schema.kind] ?? 'a duration such as "10s"';
      this.#fail(
        flag.name,
        `invalid value ${JSON.stringify(text)} for flag -${flag.name}: expected ${wanted}`,
      );
    }
    return value;
  }

  #meetFate(flag: AgentFlag, { fate }: Schema, text: string): boolean {
    if (fate.kind === 'ignored') this.#diagnostics.ignore(`-${flag.name}`, fate.reason);
    else if (fate.kind === 'refused' && text !== '') this.#fail(flag.name, fate.reason);
    else if (fate.kind === 'enterprise') {
      const key = flag.key ?? flag.name;
      this.#diagnostics.warn(
        `"${key}" is a Consul Enterprise configuration and will have no effect`,
      );
    }
    return fate.kind === 'honoured';
  }

  #fail(name: string, message: string): void {
    this.#diagnostics.problem({ source: `flag -${name}` }, '', message);
  }
}

/** -join and -join-wan were renamed; their values go where the new flags put them. */
function targetKey(flag: AgentFlag): string {
  return (flag.deprecated === undefined ? flag.key : flagsByName.get(flag.deprecated)!.key)!;
}

function schemaOf(flag: AgentFlag): Schema | undefined {
  if (flag.control === 'dev') return AGENT_KEYS.fields.bootstrap;
  if (flag.key === undefined) return undefined;
  let schema: Schema = AGENT_KEYS;
  for (const segment of targetKey(flag).split('.')) {
    if (schema.kind !== 'object') throw new Error(`the flag -${flag.name} names no key`);
    schema = schema.fields[segment]!;
  }
  return schema;
}
