/** The flags by which templated policies are given, appended and replaced. */
import { CommandError } from '../command.ts';
import type { CommandIO } from '../command-io.ts';
import { flag } from '../flags.ts';
import { readTemplatedPolicies } from './templated-policies.ts';
import type { TemplatedPolicy } from './types.ts';

const VARIABLES = flag.list('Variable of the template: NAME:VALUE. May be given several times.');
const FILE_ABOUT = 'Path of a file with templates and their variables, in HCL or JSON.';

export const CREATE_TEMPLATE_FLAGS = {
  'templated-policy': flag.text('Name of a template; its variables are given by -var.'),
  'templated-policy-file': flag.text(FILE_ABOUT),
  var: VARIABLES,
};

export const UPDATE_TEMPLATE_FLAGS = {
  'append-templated-policy': flag.text(
    'Name of a template to add; its variables are given by -var.',
  ),
  'append-templated-policy-file': flag.text(`${FILE_ABOUT} They are added.`),
  'replace-templated-policy': flag.text(
    'Name of a template to have and no other; its variables are given by -var.',
  ),
  'replace-templated-policy-file': flag.text(`${FILE_ABOUT} No others stay.`),
  var: VARIABLES,
};

interface CreateFlags {
  readonly 'templated-policy': string;
  readonly 'templated-policy-file': string;
  readonly var: readonly string[];
}

/** Throws CommandError. */
export async function readCreateTemplates(
  owner: string,
  flags: CreateFlags,
  io: CommandIO,
): Promise<TemplatedPolicy[]> {
  const template = flags['templated-policy'];
  const file = flags['templated-policy-file'];
  if (template !== '' && file !== '') {
    throw new CommandError(
      `Cannot combine the use of templated-policy flag with templated-policy-file. To create a ${owner} with a single templated policy and simple use case, use -templated-policy. For multiple templated policies and more complicated use cases, use -templated-policy-file`,
    );
  }
  return readTemplatedPolicies({ template, file, variables: flags.var }, io);
}

interface UpdateFlags {
  readonly 'append-templated-policy': string;
  readonly 'append-templated-policy-file': string;
  readonly 'replace-templated-policy': string;
  readonly 'replace-templated-policy-file': string;
  readonly var: readonly string[];
}

/** @returns what `held` becomes. Throws CommandError. */
export async function readUpdatedTemplates(
  held: readonly TemplatedPolicy[] | null | undefined,
  flags: UpdateFlags,
  io: CommandIO,
): Promise<readonly TemplatedPolicy[]> {
  const appended = {
    template: flags['append-templated-policy'],
    file: flags['append-templated-policy-file'],
    variables: flags.var,
  };
  const replacing = {
    template: flags['replace-templated-policy'],
    file: flags['replace-templated-policy-file'],
    variables: flags.var,
  };
  const replaces = replacing.template !== '' || replacing.file !== '';
  if (replaces && (appended.template !== '' || appended.file !== '')) {
    throw new CommandError(
      'Cannot combine the use of append-templated-policy flags with replace-templated-policy. To set or overwrite existing templated policies, use -replace-templated-policy or -replace-templated-policy-file. To append to existing templated policies, use -append-templated-policy or -append-templated-policy-file.',
    );
  }
  if (replaces) return readTemplatedPolicies(replacing, io);
  return [...(held ?? []), ...(await readTemplatedPolicies(appended, io))];
}
