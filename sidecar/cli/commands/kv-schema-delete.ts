/** `kv schema delete`: a prefix without a schema again. */
import { deleteSchema } from '../../client/history.ts';
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'kv schema delete [options] PREFIX',
  about: `Removes the JSON schema of a prefix. That there is none is no error.

    $ lictor kv schema delete app/`,
  api: NAMESPACED,
  maxArguments: 1,
  flags: {},
  async run({ args, client, print }) {
    const [prefix] = args;
    if (prefix === undefined) throw new CommandError('Error! Missing PREFIX argument');
    await orFail('Error! Did not delete the schema', deleteSchema(client, prefix));
    print(`Success! No schema any more for prefix: ${prefix}`);
  },
});
