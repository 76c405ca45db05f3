/** `logout`: destroys the token of a login. */
import { DATACENTER } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'logout [options]',
  about: `Destroys the token that the request carries, if it came from a login.

    $ lictor logout -token-file robot.token`,
  api: DATACENTER,
  flags: {},
  async run({ args, client }) {
    if (args.length > 0) throw new CommandError('Should have no non-flag arguments.');
    await orFail(
      'Error destroying token',
      client.request({ method: 'POST', path: '/v1/acl/logout' }),
    );
  },
});
