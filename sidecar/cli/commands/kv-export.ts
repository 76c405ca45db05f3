/** `kv export`: a tree as JSON that `kv import` and `import` take. */
import { renderJSON } from '../../client/json.ts';
import { listPairs } from '../../client/kv.ts';
import { NAMESPACED } from '../api-flags.ts';
import { defineCommand, orFail } from '../command.ts';
import { Progress } from '../progress.ts';

export const command = defineCommand({
  usage: 'kv export [KEY_OR_PREFIX]',
  about: `Prints every pair under the prefix as JSON, with values in base64. The command
"lictor kv import" takes it, to move a tree between datacenters.

    $ lictor kv export vault`,
  api: NAMESPACED,
  maxArguments: 1,
  flags: {},
  async run({ args, client, io, print }) {
    const prefix = (args[0] ?? '').replace(/^\//, '');
    const progress = new Progress(io, { what: 'Exporting' });
    const { value: pairs = [] } = await orFail(
      'Error querying Consul agent',
      listPairs(client, prefix, { onBytes: (bytes) => progress.set(bytes) }),
    ).finally(() => progress.clear());
    const entries = pairs.map(({ Key, Flags, Value }) => ({
      key: Key,
      flags: Flags,
      value: Value ?? '',
    }));
    print(renderJSON(entries, '\t'));
  },
});
