/** `acl policy read`: one policy with its rules. */
import { NAMESPACED } from '../api-flags.ts';
import { policyIDOf } from '../acl/find-id.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import { renderPolicy } from '../acl/render-policy.ts';
import { readOne } from '../acl/requests.ts';
import type { Policy } from '../acl/types.ts';
import { CommandError, defineCommand } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl policy read [options]',
  about: `Prints a policy, named by its ID or by its name.

    $ lictor acl policy read -name web`,
  api: NAMESPACED,
  flags: {
    id: flag.text('ID of the policy, or a beginning of it that no other has.'),
    name: flag.text("The policy's name."),
    ...OUTPUT_FLAGS,
  },
  async run({ flags, client, print }) {
    if (flags.id === '' && flags.name === '') {
      throw new CommandError('Must specify either the -id or -name parameters');
    }
    checkFormat(flags);
    const policy =
      flags.id === ''
        ? await readOne<Policy>(
            client,
            `/v1/acl/policy/name/${encodeURIComponent(flags.name)}`,
            `Error policy not found: ${flags.name}`,
            `Error reading policy ${JSON.stringify(`name:${flags.name}`)}: Failed to find policy with name ${flags.name}`,
          )
        : await readByID(await policyIDOf(client, flags));
    print(present(policy, 'policy', flags, renderPolicy));

    function readByID(id: string): Promise<Policy> {
      return readOne<Policy>(
        client,
        `/v1/acl/policy/${encodeURIComponent(id)}`,
        undefined,
        `Error reading policy ${JSON.stringify(`id:${id}`)}`,
      );
    }
  },
});
