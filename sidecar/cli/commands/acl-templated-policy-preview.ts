/** `acl templated-policy preview`: the policy that a template makes. */
import { NAMESPACED } from '../api-flags.ts';
import { FORMAT_FLAG, checkFormat, present } from '../acl/format.ts';
import { renderPolicy } from '../acl/render-policy.ts';
import { readTemplatedPolicies } from '../acl/templated-policies.ts';
import type { Policy } from '../acl/types.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

const ONE_AT_A_TIME = 'Can only preview a single templated policy at a time.';

export const command = defineCommand({
  usage: 'acl templated-policy preview [options]',
  about: `Prints the policy that a template makes of its variables.

    $ lictor acl templated-policy preview -name builtin/service -var name:api
    $ lictor acl templated-policy preview -file templated-policy.hcl`,
  api: NAMESPACED,
  flags: {
    file: flag.text('Path of a file with one template and its variables, in HCL or JSON.'),
    name: flag.text("The templated policy's name; its variables are given by -var."),
    var: flag.list('Variable of the template: NAME:VALUE. May be given several times.'),
    ...FORMAT_FLAG,
  },
  async run({ flags, client, io, print }) {
    if (flags.name === '' && flags.file === '') {
      throw new CommandError('Cannot preview a templated policy without specifying -name or -file');
    }
    if (flags.name !== '' && flags.file !== '') throw new CommandError(ONE_AT_A_TIME);
    checkFormat(flags);
    const templates = await readTemplatedPolicies(
      { template: flags.name, file: flags.file, variables: flags.var },
      io,
    );
    const [template, ...more] = templates;
    if (template === undefined || more.length > 0) throw new CommandError(ONE_AT_A_TIME);
    const name = encodeURIComponent(template.TemplateName);
    const policy = await orFail(
      'Failed to generate the templated policy preview',
      client.json<Policy>({
        method: 'POST',
        path: `/v1/acl/templated-policy/preview/${name}`,
        body: JSON.stringify(template.TemplateVariables ?? {}),
      }),
    );
    print(present(policy, 'policy', flags, renderPolicy));
  },
});
