/** `kv schema get`: the schema of a prefix. */
import { readSchema } from '../../client/history.ts';
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'kv schema get [options] PREFIX',
  about: `Prints the JSON schema of exactly this prefix.

    $ lictor kv schema get app/`,
  api: NAMESPACED,
  maxArguments: 1,
  flags: {},
  async run({ args, client, print }) {
    const [prefix] = args;
    if (prefix === undefined) throw new CommandError('Error! Missing PREFIX argument');
    const found = await orFail('Error querying Consul agent', readSchema(client, prefix));
    if (found === undefined) throw new CommandError(`Error! No schema for prefix: ${prefix}`);
    print(JSON.stringify(found.Schema, null, 2));
  },
});
