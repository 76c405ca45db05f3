/** `audit`: who changed what, newest first. */
import type { Change } from '../../../protocol/types/history.ts';
import { type AuditQuery, readAudit } from '../../client/history.ts';
import { renderJSON } from '../../client/json.ts';
import type { ConsulClient } from '../../client/http-client.ts';
import { DATACENTER } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { renderColumns } from '../output.ts';

export const command = defineCommand({
  usage: 'audit [options]',
  about: `Lists changes of the datacenter, the newest first: their index, when they were,
who made them, and what they were about.

    $ lictor audit
    $ lictor audit -kind=kv.delete -prefix=app/
    $ lictor audit -actor=node:web1 -from=2026-11-28T09:00:00Z
    $ lictor audit -filter='Kind == "service.set" and Service == "web"'

The actor is the agent that a change came through (node:NAME), the datacenter's
own HTTP API (worker), or the datacenter itself (datacenter:REASON).`,
  api: DATACENTER,
  maxArguments: 0,
  flags: {
    actor: flag.text('Only changes by this actor.'),
    filter: flag.text(
      'Expression over Index, Time, Actor, Kind, Key, Service and Node that a change must fulfil.',
    ),
    format: flag.text('How to print: pretty or json.', '[pretty|json]', 'pretty'),
    from: flag.text('No changes before this index or time.', 'index or time'),
    kind: flag.text('Only changes of this kind, such as kv.set, or of a family of them: kv.'),
    limit: flag.int('How many changes to show; 0 shows all. The default value is 50.', 50),
    prefix: flag.text('Only changes whose key begins with this.'),
    to: flag.text('No changes after this index or time.', 'index or time'),
  },
  async run({ flags, client, print, warn }) {
    if (flags.format !== 'pretty' && flags.format !== 'json')
      throw new CommandError(`Error! Unknown format: ${flags.format}`);
    const { changes, isTrimmed } = await orFail(
      'Error querying Consul agent',
      collect(client, flags, Math.max(0, flags.limit)),
    );
    if (flags.format === 'json') print(renderJSON(changes, '    '));
    else print(renderColumns([HEADINGS, ...changes.map(toRow)]));
    if (isTrimmed) warn('Older changes are no longer kept.');
  },
});

const HEADINGS = ['Index', 'Time', 'Actor', 'Kind', 'Key'];

function toRow({ Index, Time, Actor, Kind, Key }: Change): string[] {
  return [String(Index), Time, Actor, Kind, Key];
}

async function collect(
  client: ConsulClient,
  query: AuditQuery,
  limit: number,
): Promise<{ changes: Change[]; isTrimmed: boolean }> {
  const changes: Change[] = [];
  let isTrimmed = false;
  for await (const page of readAudit(client, query)) {
    changes.push(...page.Entries);
    if (limit > 0 && changes.length >= limit)
      return { changes: changes.slice(0, limit), isTrimmed: false };
    isTrimmed = page.Trimmed;
  }
  return { changes, isTrimmed };
}
