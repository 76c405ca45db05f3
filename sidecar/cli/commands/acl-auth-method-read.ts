/** `acl auth-method read`: one auth method. */
import { NAMESPACED } from '../api-flags.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import { renderAuthMethod } from '../acl/render-auth-method.ts';
import { readOne } from '../acl/requests.ts';
import type { AuthMethod } from '../acl/types.ts';
import { CommandError, defineCommand } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl auth-method read -name NAME [options]',
  about: `Prints an auth method with its configuration.

    $ lictor acl auth-method read -name robots`,
  api: NAMESPACED,
  flags: { name: flag.text("The auth method's name."), ...OUTPUT_FLAGS },
  async run({ flags, client, print }) {
    if (flags.name === '') throw new CommandError('Must specify the -name parameter');
    checkFormat(flags);
    const quoted = JSON.stringify(flags.name);
    const method = await readOne<AuthMethod>(
      client,
      `/v1/acl/auth-method/${encodeURIComponent(flags.name)}`,
      `Auth method not found with name ${quoted}`,
      `Error reading auth method ${quoted}`,
    );
    print(present(method, 'authMethod', flags, renderAuthMethod));
  },
});
