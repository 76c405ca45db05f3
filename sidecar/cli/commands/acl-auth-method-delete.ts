/** `acl auth-method delete`: the tokens that came from it go with it. */
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl auth-method delete -name NAME [options]',
  about: `Deletes an auth method, its binding rules and the tokens of its logins.

    $ lictor acl auth-method delete -name robots`,
  api: NAMESPACED,
  flags: { name: flag.text("The auth method's name.") },
  async run({ flags, client, print }) {
    if (flags.name === '') throw new CommandError('Must specify the -name parameter');
    const quoted = JSON.stringify(flags.name);
    const path = `/v1/acl/auth-method/${encodeURIComponent(flags.name)}`;
    await orFail(
      `Error deleting auth method ${quoted}`,
      client.request({ method: 'DELETE', path }),
    );
    print(`Auth method ${quoted} deleted successfully`);
  },
});
