/** `kv get`: one value, a tree of values, or a list of names. */
import { decodeValue, getPair, listKeys, listPairs } from '../../client/kv.ts';
import type { KVPair } from '../../client/kv.ts';
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import type { CommandIO } from '../command-io.ts';
import { flag } from '../flags.ts';
import { renderWideColumns } from '../output.ts';

export const command = defineCommand({
  usage: 'kv get [options] [KEY_OR_PREFIX]',
  about: `Prints the value of a key. A key that does not exist is an error.

    $ lictor kv get foo

With -detailed also its indexes, flags and lock:

    $ lictor kv get -detailed foo

With -recurse every pair whose key begins with the prefix, with -keys their
names only:

    $ lictor kv get -recurse foo
    $ lictor kv get -keys foo`,
  api: NAMESPACED,
  maxArguments: 1,
  flags: {
    base64: flag.bool('Print values in base64. The default value is false.'),
    detailed: flag.bool('Print everything known about each key. The default value is false.'),
    keys: flag.bool('List the names under the prefix, without values. The default value is false.'),
    recurse: flag.bool('Print every pair under the prefix. The default value is false.'),
    separator: flag.text(
      'With -keys, fold names after the first occurrence of this text behind the prefix; empty shows all. The default value is "/".',
      'string',
      '/',
    ),
  },
  async run({ flags, args, client, io }) {
    const key = (args[0] ?? '').replace(/^\//, '');
    if (key === '' && !flags.recurse && !flags.keys) {
      throw new CommandError('Error! Missing KEY argument');
    }
    const failure = 'Error querying Consul agent';
    if (flags.keys && flags.recurse && flags.detailed) {
      const { value: pairs = [] } = await orFail(failure, listPairs(client, key));
      const texts = pairs.map((pair) => `${renderColumnsOf(pair)}\n\n`);
      io.stdout.write(texts.join('\n'));
      return;
    }
    if (flags.keys) {
      // Together with -recurse nothing is folded.
      const separator = flags.recurse ? '' : flags.separator;
      const names = await orFail(failure, listKeys(client, key, separator));
      for (const name of names) io.stdout.write(`${name}\n`);
      return;
    }
    if (flags.recurse) {
      const { value: pairs = [] } = await orFail(failure, listPairs(client, key));
      pairs.forEach((pair, position) => {
        if (!flags.detailed) io.stdout.write(`${pair.Key}:${renderValue(pair, flags.base64)}\n`);
        else io.stdout.write(`${position > 0 ? '\n' : ''}${renderDetails(pair, flags.base64)}\n`);
      });
      return;
    }
    const { value: pair } = await orFail(failure, getPair(client, key));
    if (pair === undefined) throw new CommandError(`Error! No key exists at: ${key}`);
    if (flags.detailed) io.stdout.write(`${renderDetails(pair, flags.base64)}\n`);
    else writeValue(pair, flags.base64, io);
  },
});

/** The bytes go out as they are: a value need not be text. */
function writeValue(pair: KVPair, base64: boolean, io: CommandIO): void {
  io.stdout.write(base64 ? (pair.Value ?? '') : decodeValue(pair));
  io.stdout.write('\n');
}

function renderValue(pair: KVPair, base64: boolean): string {
  return base64 ? (pair.Value ?? '') : decodeValue(pair).toString('utf8');
}

/** Everything known about a pair; its value only where it was asked for. */
function renderDetails(pair: KVPair, base64: boolean): string {
  // An empty last cell would leave blanks behind its label.
  const value = ['Value', renderValue(pair, base64)].filter((cell) => cell !== '');
  return renderColumnsOf(pair, value);
}

function renderColumnsOf(pair: KVPair, ...more: string[][]): string {
  return renderWideColumns([
    ['CreateIndex', String(pair.CreateIndex)],
    ['Flags', String(pair.Flags)],
    ['Key', pair.Key],
    ['LockIndex', String(pair.LockIndex)],
    ['ModifyIndex', String(pair.ModifyIndex)],
    ['Session', pair.Session === '' ? '-' : pair.Session],
    ...more,
  ]);
}
