/** `kv history`: every value that a key had, with when and by whom. */
import type { KVHistoryEntry } from '../../../protocol/types/history.ts';
import { readHistory } from '../../client/history.ts';
import { renderJSON } from '../../client/json.ts';
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { renderColumns } from '../output.ts';

export const command = defineCommand({
  usage: 'kv history [options] KEY',
  about: `Lists what happened to a key, the newest change first: its index, when it was,
who did it, and the value.

    $ lictor kv history redis/config/connections

A key that was deleted has a history too. How far it goes back is the
datacenter's configuration (history.max_age, history.max_bytes).`,
  api: NAMESPACED,
  maxArguments: 1,
  flags: {
    base64: flag.bool('Print values in base64. The default value is false.'),
    format: flag.text('How to print: pretty or json.', '[pretty|json]', 'pretty'),
    limit: flag.int('How many changes to show; 0 shows all. The default value is 25.', 25),
  },
  async run({ flags, args, client, print, warn }) {
    const key = (args[0] ?? '').replace(/^\//, '');
    if (key === '') throw new CommandError('Error! Missing KEY argument');
    if (flags.format !== 'pretty' && flags.format !== 'json')
      throw new CommandError(`Error! Unknown format: ${flags.format}`);
    const history = await orFail(
      'Error querying Consul agent',
      readHistory(client, key, Math.max(0, flags.limit)),
    );
    if (history === undefined) throw new CommandError(`Error! Nothing is known of the key: ${key}`);
    const { entries, isTrimmed } = history;
    if (flags.format === 'json') print(renderJSON(entries, '    '));
    else print(renderColumns([HEADINGS, ...entries.map((entry) => toRow(entry, flags.base64))]));
    if (isTrimmed) warn('Older changes are no longer kept.');
  },
});

const HEADINGS = ['Index', 'Time', 'Actor', 'Operation', 'Value'];
/** A table is for looking at: a long value is cut. */
const MAX_VALUE_CHARS = 60;

function toRow({ Index, Time, Actor, Operation, Pair }: KVHistoryEntry, base64: boolean): string[] {
  return [String(Index), Time, Actor, Operation, Pair === null ? '-' : shorten(Pair.Value, base64)];
}

function shorten(value: string | null, base64: boolean): string {
  const bytes = Buffer.from(value ?? '', 'base64');
  const text = base64 ? (value ?? '') : bytes.toString('utf8');
  // What is no text would do things to a terminal.
  const isText = !/[^\P{Cc}\n\r\t]|\ufffd/u.test(text);
  if (!isText) return `(${bytes.length} bytes)`;
  const line = text.replaceAll(/\s*\n\s*/g, ' ');
  return line.length <= MAX_VALUE_CHARS ? line : `${line.slice(0, MAX_VALUE_CHARS - 3)}...`;
}
