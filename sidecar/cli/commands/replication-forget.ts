/** `replication forget`: a stream that nobody follows any more. */
import { escapePath } from '../../client/http-client.ts';
import { DATACENTER } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'replication forget [options] NAME',
  about: `Forgets how far a replication has come, after it was taken out of the configuration.
What it brought stays. One that is still configured begins anew, by comparing everything.

    $ lictor replication forget kv/global/`,
  api: DATACENTER,
  maxArguments: 1,
  flags: {},
  async run({ args, client, print }) {
    const [name] = args;
    if (name === undefined) throw new CommandError('Error! Missing NAME argument');
    const path = `/v1/replication/${escapePath(name)}`;
    await orFail('Error!', client.json({ method: 'DELETE', path }));
    print(`Success! Forgot ${name}`);
  },
});
