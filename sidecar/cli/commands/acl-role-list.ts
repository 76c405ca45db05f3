/** `acl role list`: all roles. */
import { NAMESPACED } from '../api-flags.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import { renderRoles } from '../acl/render-role.ts';
import type { Role } from '../acl/types.ts';
import { defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'acl role list [options]',
  about: `Lists the roles.

    $ lictor acl role list`,
  api: NAMESPACED,
  flags: OUTPUT_FLAGS,
  async run({ flags, client, print }) {
    checkFormat(flags);
    const roles = await orFail(
      'Failed to retrieve the role list',
      client.json<Role[]>({ path: '/v1/acl/roles' }),
    );
    const text = present(roles, 'role', flags, renderRoles);
    if (text !== '') print(text);
  },
});
