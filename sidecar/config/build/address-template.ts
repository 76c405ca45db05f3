/**
 * Addresses that are computed when the agent starts: go-sockaddr's templates, as in
 * `{{ GetPrivateInterfaces | include "network" "10.0.0.0/8" | attr "address" }}`.
 *
 * Pipelines of the functions in `address-functions.ts`, with strings, numbers and brackets; of Go's template language nothing
 * else (`with`, `range` and `if` are refused).
 */
import type { ConfigHost } from '../config-host.ts';
import {
  ADDRESS_FUNCTIONS,
  AddressTemplateError,
  type TemplateValue,
} from './address-functions.ts';
import { attributeOf } from './address-attributes.ts';

export { AddressTemplateError } from './address-functions.ts';

/** Dashes inside the braces take the white space outside of them away. */
const TEMPLATE = /(?:\s*\{\{-\s|\{\{)(.*?)(?:\s-\}\}\s*|\}\})/gs;
const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|`([^`]*)`|([|()])|(-?\d+)(?![\w.])|([A-Za-z]\w*))/y;

/** Text around the templates stays; a function that finds nothing gives the empty string. @throws AddressTemplateError */
export function expandAddressTemplate(text: string, host: ConfigHost): string {
  if (!text.includes('{{')) return text;
  return text.replace(TEMPLATE, (_whole, expression: string) => {
    try {
      return renderValue(new Evaluation(expression, host).run());
    } catch (error) {
      if (!(error instanceof AddressTemplateError)) throw error;
      throw new AddressTemplateError(
        `the template {{ ${expression.trim()} }} cannot be evaluated: ${error.message}`,
      );
    }
  });
}

type Token =
  | { readonly kind: 'value'; readonly value: string | number | boolean }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: '|' | '(' | ')' };

function tokensOf(expression: string): Token[] {
  const tokens: Token[] = [];
  const text = expression.trimEnd();
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length;) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (found === null) throw new AddressTemplateError(`unexpected ${text.slice(at).trim()}`);
    const [, quoted, raw, sign, digits, name] = found;
    if (quoted !== undefined) tokens.push({ kind: 'value', value: unquote(quoted) });
    else if (raw !== undefined) tokens.push({ kind: 'value', value: raw });
    else if (sign !== undefined) tokens.push({ kind: sign as '|' });
    else if (digits !== undefined) tokens.push({ kind: 'value', value: Number(digits) });
    else if (name === 'true' || name === 'false')
      tokens.push({ kind: 'value', value: name === 'true' });
    else tokens.push({ kind: 'name', name: name! });
  }
  return tokens;
}

function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw new AddressTemplateError(`invalid string ${quoted}`);
  }
}

class Evaluation {
  readonly #tokens: Token[];
  readonly #host: ConfigHost;
  #at = 0;

  constructor(expression: string, host: ConfigHost) {
    this.#tokens = tokensOf(expression);
    this.#host = host;
  }

  run(): TemplateValue {
    const value = this.#pipeline();
    if (this.#at < this.#tokens.length) throw new AddressTemplateError('unexpected )');
    return value;
  }

  /** What a command gives is the last argument of the next. */
  #pipeline(): TemplateValue {
    let value = this.#command();
    while (this.#tokens[this.#at]?.kind === '|') {
      this.#at++;
      value = this.#command(value);
    }
    return value;
  }

  #command(piped?: TemplateValue): TemplateValue {
    const first = this.#tokens[this.#at++];
    const rest = piped === undefined ? [] : [piped];
    if (first?.kind === 'name') return this.#call(first.name, [...this.#operands(), ...rest]);
    this.#at--;
    const [value, ...more] = this.#operands();
    if (value === undefined) throw new AddressTemplateError('missing value for command');
    if (more.length + rest.length > 0)
      throw new AddressTemplateError('arguments are given to what is no function');
    return value;
  }

  #operands(): TemplateValue[] {
    const values: TemplateValue[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token?.kind === 'value') values.push(token.value);
      else if (token?.kind === 'name') values.push(this.#call(token.name, []));
      else if (token?.kind === '(') values.push(this.#bracket());
      else return values;
      if (token.kind !== '(') this.#at++;
    }
  }

  #bracket(): TemplateValue {
    this.#at++;
    const value = this.#pipeline();
    if (this.#tokens[this.#at++]?.kind !== ')') throw new AddressTemplateError('unclosed (');
    return value;
  }

  #call(name: string, args: readonly TemplateValue[]): TemplateValue {
    const found = Object.hasOwn(ADDRESS_FUNCTIONS, name) ? ADDRESS_FUNCTIONS[name] : undefined;
    if (found === undefined) throw new AddressTemplateError(`function "${name}" not defined`);
    return found(args, this.#host);
  }
}

function renderValue(value: TemplateValue): string {
  if (typeof value !== 'object') return String(value);
  return `[${value.map((each) => attributeOf(each, 'string')).join(' ')}]`;
}
