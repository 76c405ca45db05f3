/** `kv schema set`: what the values below a prefix have to be. */
import { writeSchema } from '../../client/history.ts';
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { readDataArgument } from '../input.ts';

export const command = defineCommand({
  usage: 'kv schema set [options] PREFIX SCHEMA',
  about: `Sets a JSON schema (draft 2020-12) for the values below a prefix. From then on a
write of a value that does not fit is refused with the reason; values that stand
already are left alone. Of several prefixes the longest counts.

    $ lictor kv schema set app/ @app.schema.json
    $ lictor kv schema set app/limits/ '{"type": "integer", "minimum": 1}'

The schema may come from a file, from standard input (-), or be the argument
itself.`,
  api: NAMESPACED,
  maxArguments: 2,
  flags: {},
  async run({ args, client, io, print }) {
    const [prefix, argument] = args;
    if (prefix === undefined) throw new CommandError('Error! Missing PREFIX argument');
    if (argument === undefined) throw new CommandError('Error! Missing SCHEMA argument');
    const schema = await readDataArgument(argument, io);
    await orFail('Error! Did not set the schema', writeSchema(client, prefix, schema));
    print(`Success! Schema set for prefix: ${prefix}`);
  },
});
