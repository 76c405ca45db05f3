/** The flag that names a token, and its older spelling. */
import { CommandError } from '../command.ts';
import { flag } from '../flags.ts';

export const ACCESSOR_FLAGS = {
  'accessor-id': flag.text(
    'AccessorID of the token, or a beginning of it that no other has; "anonymous" for the anonymous token.',
  ),
  id: flag.text('Older spelling of -accessor-id.'),
};

/** Throws CommandError with `missing`. */
export function accessorOf(
  flags: { readonly 'accessor-id': string; readonly id: string },
  missing: string,
  warn: (text: string) => void,
): string {
  if (flags['accessor-id'] !== '') return flags['accessor-id'];
  if (flags.id === '') throw new CommandError(missing);
  warn('Use the -accessor-id parameter to specify token by Accessor ID.');
  return flags.id;
}
