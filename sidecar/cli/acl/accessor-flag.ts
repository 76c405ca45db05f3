/** The flag that names a token, and its older spelling. */
import { CommandError } from '../command.ts';
import { flag } from '../flags.ts';

export const ACCESSOR_FLAGS = {
  'accessor-id': flag.text(
    'AccessorID of the token, or a beginning of it that no other has; "anonymous" for the anonymous token.',
  ),
  id: flag.text('Older spelling of -accessor-id.'),
};

/** @param instead what is said of the older spelling. Throws CommandError with `missing`. */
export function accessorOf(
  flags: { readonly 'accessor-id': string; readonly id: string },
  missing: string,
  warn: (text: string) => void,
  instead = 'Use the -accessor-id parameter to specify token by Accessor ID',
): string {
  if (flags['accessor-id'] !== '') return flags['accessor-id'];
  if (flags.id === '') throw new CommandError(missing);
  warn(instead);
  return flags.id;
}
