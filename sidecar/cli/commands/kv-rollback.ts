/** `kv rollback`: a key or a tree put back to what it was. */
import { rollBack } from '../../client/history.ts';
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'kv rollback [options] -to=MOMENT KEY_OR_PREFIX',
  about: `Puts a key back to what it was at an index or a time (RFC 3339). A key that did
not exist then is deleted.

    $ lictor kv rollback -to=1234 redis/config/connections
    $ lictor kv rollback -to=2026-11-28T09:00:00Z redis/config/connections

With -recurse every key under the prefix, in one transaction. To undo the
deletion of a tree, name the index before the deletion's own; "lictor audit"
shows it.

    $ lictor kv rollback -recurse -to=1233 redis/

A rollback is a write like any other: it can be rolled back. A lock stays with
whoever holds it.`,
  api: NAMESPACED,
  maxArguments: 1,
  flags: {
    recurse: flag.bool('Roll back every key under the prefix. The default value is false.'),
    to: flag.text('Index or time to go back to.', 'index or time'),
  },
  async run({ flags, args, client, print }) {
    const key = (args[0] ?? '').replace(/^\//, '');
    if (key === '' && !flags.recurse) throw new CommandError('Error! Missing KEY argument');
    if (flags.to === '') throw new CommandError('Error! Missing -to');
    const what = flags.recurse ? 'keys with prefix' : 'key';
    const { Index, Set, Deleted } = await orFail(
      `Error! Did not roll back ${what} ${key}`,
      rollBack(client, key, flags.to, flags.recurse),
    );
    if (Index === 0) print(`Nothing to do: ${what} ${key} is as it was then`);
    else
      print(
        `Success! Rolled back ${what}: ${key} (${Set} written, ${Deleted} deleted, index ${Index})`,
      );
  },
});
