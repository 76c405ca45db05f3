/** Tokens of HCL 1, as the lexer hands them to the parser. */

export type HCLTokenType = 'identifier' | 'string' | 'number' | 'boolean' | 'punctuation' | 'end';

export interface HCLToken {
  readonly type: HCLTokenType;
  /** Offset of its first character in the source. */
  readonly offset: number;
  /** The characters of the source; for a string (quoted or heredoc) its value. */
  readonly text: string;
}

/** For messages: `'{'`, `number 5`, `end of file`. */
export function describeToken(token: HCLToken): string {
  switch (token.type) {
    case 'end':
      return 'the end of the file';
    case 'punctuation':
      return `'${token.text}'`;
    case 'string':
      return 'a string';
    default:
      return `${token.type} ${token.text}`;
  }
}
