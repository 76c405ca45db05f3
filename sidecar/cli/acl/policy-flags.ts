/** What creating and changing a policy have in common. */
import type { CommandIO } from '../command-io.ts';
import { CommandError } from '../command.ts';
import { flag } from '../flags.ts';
import { readArgument } from '../input.ts';

export const POLICY_FLAGS = {
  description: flag.text('A description of the policy.'),
  name: flag.text("The policy's name."),
  rules: flag.text('The rules: as they are, @FILE for those of a file, - for standard input.'),
  'valid-datacenter': flag.list(
    'Datacenter in which the policy counts; without any, all of them. May be given several times.',
  ),
};

/** @param what is named in the error. Throws CommandError. */
export async function readRules(argument: string, io: CommandIO, what: string): Promise<string> {
  try {
    return (await readArgument(argument, io)).toString('utf8');
  } catch (error) {
    throw new CommandError(`Error loading ${what}: ${(error as Error).message}`);
  }
}

/** None is told by no list, not by an empty one. */
export function datacentersOf(names: readonly string[]): readonly string[] | undefined {
  return names.length === 0 ? undefined : names;
}
