/** Regular expressions from the command line: those of Go, which agents and Consul's command take. */
import { CommandError } from './command.ts';

export interface Pattern {
  test(text: string): boolean;
}

/** Ends the command with `prefix` and the reason when the text is no regular expression. */
export async function compilePattern(text: string, prefix: string): Promise<Pattern> {
  const { Regex, RegexSyntaxError } = await import('../../http-api/filter/regex/regex.ts');
  try {
    return new Regex(text);
  } catch (error) {
    if (!(error instanceof RegexSyntaxError)) throw error;
    throw new CommandError(`${prefix}: ${error.message}`);
  }
}
