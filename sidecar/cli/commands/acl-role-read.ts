/** `acl role read`: one role. */
import { NAMESPACED } from '../api-flags.ts';
import { roleIDOf } from '../acl/find-id.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import { renderRole } from '../acl/render-role.ts';
import { readOne } from '../acl/requests.ts';
import type { Role } from '../acl/types.ts';
import { CommandError, defineCommand } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl role read [options]',
  about: `Prints a role, named by its ID or by its name.

    $ lictor acl role read -name ops`,
  api: NAMESPACED,
  flags: {
    id: flag.text('ID of the role, or a beginning of it that no other has.'),
    name: flag.text("The role's name."),
    ...OUTPUT_FLAGS,
  },
  async run({ flags, client, print }) {
    if (flags.id === '' && flags.name === '') {
      throw new CommandError('Must specify either the -id or -name parameters');
    }
    checkFormat(flags);
    const [path, kind, value] =
      flags.id === ''
        ? [`name/${encodeURIComponent(flags.name)}`, 'name', flags.name]
        : byID(await roleIDOf(client, flags));
    const quoted = JSON.stringify(value);
    const role = await readOne<Role>(
      client,
      `/v1/acl/role/${path}`,
      `Role not found with ${kind} ${quoted}`,
      `Error reading role ${quoted}`,
    );
    print(present(role, 'role', flags, renderRole));
  },
});

function byID(id: string): [path: string, kind: string, value: string] {
  return [encodeURIComponent(id), 'ID', id];
}
