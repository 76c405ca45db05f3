/** `acl role delete`: removes a role from the datacenter and from all tokens that had it. */
import { NAMESPACED } from '../api-flags.ts';
import { roleIDOf } from '../acl/find-id.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl role delete [options]',
  about: `Deletes a role, named by its ID or by its name.

    $ lictor acl role delete -name ops`,
  api: NAMESPACED,
  flags: {
    id: flag.text('ID of the role, or a beginning of it that no other has.'),
    name: flag.text("The role's name."),
  },
  async run({ flags, client, print }) {
    if (flags.id === '' && flags.name === '') {
      throw new CommandError('Must specify the -id or -name parameters');
    }
    const id = await roleIDOf(client, flags);
    const quoted = JSON.stringify(id);
    await orFail(
      `Error deleting role ${quoted}`,
      client.request({ method: 'DELETE', path: `/v1/acl/role/${encodeURIComponent(id)}` }),
    );
    print(`Role ${quoted} deleted successfully`);
  },
});
