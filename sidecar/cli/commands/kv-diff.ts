/** `kv diff`: what changed between two moments, line by line. */
import { readPairsAt } from '../../client/history.ts';
import { decodeValue } from '../../client/kv.ts';
import type { KVPair } from '../../client/kv.ts';
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { renderLineDiff } from '../line-diff.ts';

export const command = defineCommand({
  usage: 'kv diff [options] -from=MOMENT KEY_OR_PREFIX',
  about: `Compares a key at two moments, each an index or a time (RFC 3339), or one with
the present.

    $ lictor kv diff -from=1234 app/config.yaml
    $ lictor kv diff -from=1234 -to=1300 app/config.yaml

With -recurse every key under the prefix:

    $ lictor kv diff -recurse -from=2026-11-28T09:00:00Z app/`,
  api: NAMESPACED,
  maxArguments: 1,
  flags: {
    'exit-code': flag.bool('Exit with 2 when there are differences. The default value is false.'),
    from: flag.text('Index or time to compare with.', 'index or time'),
    recurse: flag.bool('Compare every key under the prefix. The default value is false.'),
    to: flag.text('Index or time to compare; empty for now.', 'index or time'),
  },
  async run({ flags, args, client, print }) {
    const key = (args[0] ?? '').replace(/^\//, '');
    if (key === '' && !flags.recurse) throw new CommandError('Error! Missing KEY argument');
    if (flags.from === '') throw new CommandError('Error! Missing -from');
    const read = (moment: string): Promise<KVPair[]> =>
      orFail('Error querying Consul agent', readPairsAt(client, key, moment, flags.recurse));
    const before = byKey(await read(flags.from));
    const after = byKey(await read(flags.to));
    const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
    const to = flags.to === '' ? 'now' : flags.to;
    const lines = names.flatMap((name) =>
      renderPair(name, before.get(name), after.get(name), flags.from, to),
    );
    for (const line of lines) print(line);
    return flags['exit-code'] && lines.length > 0 ? 2 : 0;
  },
});

function byKey(pairs: readonly KVPair[]): Map<string, KVPair> {
  return new Map(pairs.map((pair) => [pair.Key, pair]));
}

function renderPair(
  name: string,
  before: KVPair | undefined,
  after: KVPair | undefined,
  from: string,
  to: string,
): string[] {
  const isSame = before?.Value === after?.Value && (before === undefined) === (after === undefined);
  if (isSame) return [];
  const title = (pair: KVPair | undefined, moment: string): string =>
    pair === undefined ? `(absent)\t${moment}` : `${name}\t${moment}`;
  const heads = [`--- ${title(before, from)}`, `+++ ${title(after, to)}`];
  const [old, young] = [textOf(before), textOf(after)];
  if (old === null || young === null) return [...heads, 'Binary values differ'];
  return [...heads, ...renderLineDiff(old, young)];
}

/** Null for bytes that are no text. */
function textOf(pair: KVPair | undefined): string | null {
  if (pair === undefined) return '';
  const bytes = decodeValue(pair);
  const text = bytes.toString('utf8');
  return text.includes('\0') || text.includes('\ufffd') ? null : text;
}
