/** `kv delete`: one key, a key at a known version, or a whole prefix. */
import { deletePair } from '../../client/kv.ts';
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'kv delete [options] KEY_OR_PREFIX',
  about: `Deletes a key. Deleting a key that does not exist is no error.

    $ lictor kv delete foo

With -recurse every key that begins with the prefix: "foo", "food" and
"foo/bar/zip".

    $ lictor kv delete -recurse foo`,
  api: NAMESPACED,
  maxArguments: 1,
  flags: {
    cas: flag.bool('Delete only if -modify-index is still right. The default value is false.'),
    'modify-index': flag.uint('ModifyIndex of the version to delete. Used with -cas.'),
    recurse: flag.bool('Delete every key under the prefix. The default value is false.'),
  },
  async run({ flags, args, client, print }) {
    const key = (args[0] ?? '').replace(/^\//, '');
    const index = flags['modify-index'];
    if (key === '' && !flags.recurse) throw new CommandError('Error! Missing KEY argument');
    if (!flags.cas && index !== 0n) {
      throw new CommandError('Cannot specify -modify-index without -cas!');
    }
    if (flags.cas && index === 0n) {
      throw new CommandError(
        'Cannot delete a key that does not exist. Provide a -modify-index greater than than 0.',
      );
    }
    if (flags.cas && flags.recurse)
      throw new CommandError('Cannot specify both -cas and -recurse!');
    const options = { recurse: flags.recurse, ...(flags.cas ? { cas: index } : {}) };
    const failure = flags.recurse ? 'Error! Did not delete prefix' : 'Error deleting key';
    const deleted = await orFail(`${failure} ${key}`, deletePair(client, key, options));
    if (!deleted) throw new CommandError(`Error! Did not delete key ${key}: CAS failed`);
    print(`Success! Deleted ${flags.recurse ? 'keys with prefix' : 'key'}: ${key}`);
  },
});
