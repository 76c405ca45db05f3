/**
 * Flags as Go's package flag takes them: one or two dashes, `-name=value` or `-name value`, booleans without a value,
 * and the first argument that is none ends them. The texts of its errors are Go's too.
 */
import { parseDuration } from '../../protocol/duration.ts';
import { parseBool } from '../client/client-config.ts';

/** One flag: how its text is read, and what the help says. */
export interface FlagSpec<Value> {
  readonly about: string;
  /** What stands after `=` in the help; empty for booleans. */
  readonly placeholder: string;
  readonly initial: Value;
  /** @returns the new value; `held` is the one so far. Throws Error with the reason. */
  parse(text: string, held: Value): Value;
}

export type FlagSpecs = Readonly<Record<string, FlagSpec<unknown>>>;

export type FlagValues<Specs extends FlagSpecs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends FlagSpec<infer Value> ? Value : never;
};

export interface ParsedFlags<Specs extends FlagSpecs> {
  readonly values: FlagValues<Specs>;
  /** Names of those that were set. */
  readonly given: ReadonlySet<string>;
  readonly rest: readonly string[];
}

export class FlagError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FlagError';
  }
}

const UINT64_MAX = 2n ** 64n - 1n;

/** As a flag of a type of Consul's own refuses a text: in the words of what it is parsed by. */
export function inGoWords<Value>(
  spec: FlagSpec<Value>,
  parser: 'ParseBool' | 'ParseUint',
): FlagSpec<Value> {
  return {
    ...spec,
    parse(text, held) {
      try {
        return spec.parse(text, held);
      } catch {
        throw new Error(`strconv.${parser}: parsing ${JSON.stringify(text)}: invalid syntax`);
      }
    },
  };
}

/** Makers of flags, by type. */
export const flag = {
  bool: (about: string, initial = false): FlagSpec<boolean> => ({
    about,
    placeholder: '',
    initial,
    parse(text) {
      const value = parseBool(text);
      if (value === undefined) throw new Error('parse error');
      return value;
    },
  }),
  text: (about: string, placeholder = 'string', initial = ''): FlagSpec<string> => ({
    about,
    placeholder,
    initial,
    parse: (text) => text,
  }),
  /** Unsigned, 64 bits wide. */
  uint: (about: string, placeholder = 'uint'): FlagSpec<bigint> => ({
    about,
    placeholder,
    initial: 0n,
    parse(text) {
      const value = parseInteger(text);
      if (value < 0n) throw new Error('parse error');
      if (value > UINT64_MAX) throw new Error('value out of range');
      return value;
    },
  }),
  int: (about: string, initial = 0, placeholder = 'int'): FlagSpec<number> => ({
    about,
    placeholder,
    initial,
    parse(text) {
      const value = Number(parseInteger(text));
      if (!Number.isSafeInteger(value)) throw new Error('value out of range');
      return value;
    },
  }),
  /** Milliseconds, from a Go duration string. */
  duration: (about: string, initialMs = 0): FlagSpec<number> => ({
    about,
    placeholder: 'duration',
    initial: initialMs,
    parse(text) {
      const ms = parseDuration(text);
      if (ms === null) throw new Error('parse error');
      return ms;
    },
  }),
  /** May be given several times. */
  list: (about: string, placeholder = 'value'): FlagSpec<readonly string[]> => ({
    about,
    placeholder,
    initial: [],
    parse: (text, held) => [...held, text],
  }),
  /** `key=value`, several times; the last of a key wins. */
  map: (about: string, placeholder = 'key=value'): FlagSpec<Readonly<Record<string, string>>> => ({
    about,
    placeholder,
    initial: {},
    parse(text, held) {
      const equals = text.indexOf('=');
      if (equals < 0) throw new Error(`Missing "=" value in argument: ${text}`);
      return { ...held, [text.slice(0, equals)]: text.slice(equals + 1) };
    },
  }),
};

/**
 * @param anywhere whether flags may follow arguments, as nowhere in Consul. @throws FlagError
 */
export function parseFlags<Specs extends FlagSpecs>(
  specs: Specs,
  args: readonly string[],
  anywhere = false,
): ParsedFlags<Specs> {
  const values: Record<string, unknown> = {};
  for (const [name, spec] of Object.entries(specs)) values[name] = spec.initial;
  const given = new Set<string>();
  const before: string[] = [];
  let at = 0;
  while (at < args.length) {
    const argument = args[at]!;
    if (!/^-./.test(argument)) {
      if (!anywhere) break;
      before.push(argument);
      at++;
      continue;
    }
    at++;
    if (argument === '--') break;
    const { name, value: attached } = splitFlag(argument);
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined;
    if (spec === undefined) throw new FlagError(`flag provided but not defined: -${name}`);
    let text = attached;
    if (text === undefined && isBool(spec)) text = 'true';
    if (text === undefined) {
      text = args[at];
      if (text === undefined) throw new FlagError(`flag needs an argument: -${name}`);
      at++;
    }
    values[name] = parseValue(name, spec, text, values[name]);
    given.add(name);
  }
  return { values: values as FlagValues<Specs>, given, rest: [...before, ...args.slice(at)] };
}

function splitFlag(argument: string): { name: string; value: string | undefined } {
  const body = argument.replace(/^--?/, '');
  if (body === '' || body.startsWith('-') || body.startsWith('=')) {
    throw new FlagError(`bad flag syntax: ${argument}`);
  }
  const equals = body.indexOf('=');
  if (equals < 0) return { name: body, value: undefined };
  return { name: body.slice(0, equals), value: body.slice(equals + 1) };
}

function parseValue(name: string, spec: FlagSpec<unknown>, text: string, held: unknown): unknown {
  try {
    return spec.parse(text, held);
  } catch (error) {
    const reason = (error as Error).message;
    const quoted = JSON.stringify(text);
    throw new FlagError(
      isBool(spec)
        ? `invalid boolean value ${quoted} for -${name}: ${reason}`
        : `invalid value ${quoted} for flag -${name}: ${reason}`,
    );
  }
}

function isBool(spec: FlagSpec<unknown>): boolean {
  return typeof spec.initial === 'boolean';
}

/** Go's integers with base prefix: 0x10, 0o17, 017, 0b1, 1_000. */
function parseInteger(text: string): bigint {
  const match = /^([+-]?)(0x[\da-f_]+|0b[01_]+|0o?[0-7_]+|\d[\d_]*)$/i.exec(text);
  if (match === null) throw new Error('parse error');
  const digits = match[2]!.replaceAll('_', '').replace(/^0(?=[0-7])/, '0o');
  const value = BigInt(digits);
  return match[1] === '-' ? -value : value;
}
