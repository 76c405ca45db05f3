/** What the scanner hands to the parser. */

/** Counted from 1; columns are characters, not bytes. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export type TokenType =
  /** Text outside of `${ }`. */
  | 'literal'
  /** Text between quotes inside of `${ }`, where backslashes escape. */
  | 'string'
  | 'integer'
  | 'float'
  | 'bool'
  | 'identifier'
  /** `${` */
  | 'begin'
  /** `}` */
  | 'end'
  | 'open-quote'
  | 'close-quote'
  /** Everything that stands for itself: operators, parentheses, commas. */
  | 'symbol'
  | 'end-of-text'
  | 'invalid';

export interface Token {
  readonly type: TokenType;
  readonly text: string;
  readonly at: Position;
}

/** A template that cannot be read or rendered; the message is what the client sees. */
export class InterpolationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InterpolationError';
  }
}

export function parseError({ line, column }: Position, message: string): InterpolationError {
  return new InterpolationError(`parse error at ${line}:${column}: ${message}`);
}

export function unexpected(wanted: string, token: Token): InterpolationError {
  return parseError(token.at, `expected ${wanted} but found ${describe(token)}`);
}

function describe({ type, text }: Token): string {
  switch (type) {
    case 'end-of-text':
      return 'end of string';
    case 'invalid':
      return `invalid sequence ${JSON.stringify(text)}`;
    case 'integer':
    case 'float':
      return `${type} ${text}`;
    case 'string':
    case 'literal':
      return `${type} ${JSON.stringify(text)}`;
    case 'open-quote':
      return 'opening quote';
    case 'close-quote':
      return 'closing quote';
    default:
      return UNQUOTED.has(text) ? text : JSON.stringify(text);
  }
}

const UNQUOTED = new Set(['&&', '||', '!=', '>=', '<=']);
