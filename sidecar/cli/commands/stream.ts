/** `stream`: changes as they happen, one JSON object a line. */
import { readEvents } from '../../client/event-source.ts';
import { DATACENTER } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'stream [options] TOPIC...',
  about: `Prints changes as they happen, each as one line of JSON, until interrupted. A
topic is a key (kv/app/name), a prefix (kv/app/, or kv-prefix/app), a service
(service/web), a node (node/web1), or a whole family: services, nodes, checks,
sessions, kv, config...

    $ lictor stream kv/app/ service/web
    $ lictor stream -from=1234 kv/app/ | jq .Key

No change is lost or told twice when the connection breaks. What the
datacenter no longer remembers is told as a line with "Resync": the state has
to be read afresh, at that index or later.`,
  api: DATACENTER,
  flags: {
    count: flag.int('End after so many changes; 0 never ends. The default value is 0.'),
    from: flag.text('Begin after this index or time instead of now.', 'index or time'),
  },
  async run({ flags, args, client, io, print, warn }) {
    if (args.length === 0) throw new CommandError('Error! Missing TOPIC argument');
    const enough = new AbortController();
    const events = readEvents(client, {
      path: '/v1/stream',
      query: { topic: args, from: flags.from || undefined },
      signal: AbortSignal.any([io.signal, enough.signal]),
      onReconnect: (reason) => warn(`Connecting again: ${reason}`),
    });
    let count = 0;
    const work = async (): Promise<void> => {
      for await (const { type, data } of events) {
        if (type === 'resync') print(renderResync(data));
        if (type !== 'message') continue;
        print(data);
        if (++count === flags.count) break;
      }
    };
    await orFail('Error reading the stream', work());
    enough.abort();
  },
});

function renderResync(data: string): string {
  const { Reason, Index } = JSON.parse(data) as { Reason: string; Index: number };
  return JSON.stringify({ Resync: Reason, Index });
}
