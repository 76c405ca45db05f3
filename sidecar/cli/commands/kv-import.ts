/** `kv import`: writes a tree pair by pair, as Consul's command does: a failure leaves what was written before it. */
import { putPair } from '../../client/kv.ts';
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { readDataArgument } from '../input.ts';
import { decodeEntry, parseEntries, prefixKey } from '../kv-entries.ts';
import type { KVEntry } from '../kv-entries.ts';
import { Progress } from '../progress.ts';

export const command = defineCommand({
  usage: 'kv import [options] DATA',
  about: `Writes the pairs of a "lictor kv export", one after the other. To write all of
them or none, use "lictor import".

The data may come from a file, from standard input, or be the argument itself:

    $ lictor kv import @filename.json
    $ cat filename.json | lictor kv import -`,
  api: NAMESPACED,
  flags: { prefix: flag.text('Put before every key.') },
  async run({ flags, args, client, io, print }) {
    const [argument] = args;
    if (argument === undefined) throw new CommandError('Error! Missing DATA argument');
    if (args.length > 1) {
      throw new CommandError(`Error! Too many arguments (expected 1, got ${args.length})`);
    }
    const entries = parse((await readDataArgument(argument, io)).toString('utf8'));
    const progress = new Progress(io, { what: 'Importing', total: entries.length, render: String });
    for (const [position, entry] of entries.entries()) {
      const key = prefixKey(flags.prefix, entry.key);
      const value = decode(entry);
      await orFail(
        `Error! Failed writing data for key ${key}`,
        putPair(client, key, value, { flags: entry.flags }),
      );
      if (io.stdout.isTTY) progress.clear();
      print(`Imported: ${key}`);
      progress.set(position + 1);
    }
    progress.clear();
  },
});

function parse(text: string): KVEntry[] {
  try {
    return parseEntries(text);
  } catch (error) {
    throw new CommandError(`Cannot unmarshal data: ${(error as Error).message}`);
  }
}

function decode(entry: KVEntry): Buffer {
  try {
    return decodeEntry(entry);
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}
