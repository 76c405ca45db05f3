/** `acl policy delete`: removes a policy from the datacenter and from all that had it. */
import { NAMESPACED } from '../api-flags.ts';
import { policyIDOf } from '../acl/find-id.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl policy delete [options]',
  about: `Deletes a policy, named by its ID or by its name.

    $ lictor acl policy delete -name web`,
  api: NAMESPACED,
  flags: {
    id: flag.text('ID of the policy, or a beginning of it that no other has.'),
    name: flag.text("The policy's name."),
  },
  async run({ flags, client, print }) {
    if (flags.id === '' && flags.name === '') {
      throw new CommandError('Must specify either the -id or -name parameters');
    }
    const id = await policyIDOf(client, flags);
    const quoted = JSON.stringify(id);
    await orFail(
      `Error deleting policy ${quoted}`,
      client.request({ method: 'DELETE', path: `/v1/acl/policy/${encodeURIComponent(id)}` }),
    );
    print(`Policy ${quoted} deleted successfully`);
  },
});
