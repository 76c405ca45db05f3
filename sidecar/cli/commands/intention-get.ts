/** `intention get`: one intention with everything known about it. */
import { NAMESPACED } from '../api-flags.ts';
import { defineCommand } from '../command.ts';
import { readIntention } from '../intention.ts';
import type { Intention } from '../intention.ts';

export const command = defineCommand({
  usage: 'intention get [options] SRC DST',
  about: `Prints an intention.

    $ lictor intention get web db`,
  api: NAMESPACED,
  flags: {},
  async run({ args, client, print }) {
    const intention = await readIntention(client, args);
    const rows = detailRows(intention);
    const width = Math.max(...rows.map(([name]) => name.length)) + 2;
    for (const [name, value] of rows) print(`${name.padEnd(width)}${value}`);
  },
});

function detailRows(intention: Intention): [string, string][] {
  const { SourceName, DestinationName, Action, ID, Description, Meta, CreatedAt } = intention;
  const rows: [string, string][] = [
    ['Source:', SourceName],
    ['Destination:', DestinationName],
  ];
  if (Action) rows.push(['Action:', Action]);
  if (ID) rows.push(['ID:', ID]);
  if (Description) rows.push(['Description:', Description]);
  for (const key of Object.keys(Meta ?? {}).toSorted()) {
    rows.push([`Meta[${key}]:`, Meta![key]!]);
  }
  if (CreatedAt) rows.push(['Created At:', renderRFC850(new Date(CreatedAt))]);
  return rows;
}

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** `Tuesday, 24-Nov-26 00:14:17 UTC` (RFC 850). */
function renderRFC850(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(/,? /);
  return `${DAYS[time.getUTCDay()]}, ${day}-${month}-${year!.slice(2)} ${clock} UTC`;
}
