/** Regular expressions from the command line. */
import { CommandError } from './command.ts';

/** Ends the command with `prefix` and the reason when the text is no regular expression. */
export function compilePattern(text: string, prefix: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (error) {
    const reason = (error as Error).message.replace(/^Invalid regular expression: /, '');
    throw new CommandError(`${prefix}: error parsing regexp: ${reason}`);
  }
}
