/** `replication force`: the source is right, however little it has. */
import { escapePath } from '../../client/http-client.ts';
import { DATACENTER } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'replication force [options] NAME',
  about: `Tells the datacenter that the source of a replication is right, though it looks as
if it had lost most of what it had. What it does not have is then deleted here.

    $ lictor replication force kv/global/

It counts for the next comparison only.`,
  api: DATACENTER,
  maxArguments: 1,
  flags: {},
  async run({ args, client, print }) {
    const [name] = args;
    if (name === undefined) throw new CommandError('Error! Missing NAME argument');
    const path = `/v1/replication/${escapePath(name)}`;
    await orFail('Error!', client.json({ method: 'PUT', path, query: { force: true } }));
    print(`Success! The source of ${name} is taken for right`);
  },
});
