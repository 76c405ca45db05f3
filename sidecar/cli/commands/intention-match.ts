/** `intention match`: the intentions that concern a service, in the order in which they are tried. */
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { renderIntention } from '../intention.ts';
import type { Intention } from '../intention.ts';

export const command = defineCommand({
  usage: 'intention match [options] SRC|DST',
  about: `Prints the intentions that match a service as the destination, or with -source
as the source, those that win first.

    $ lictor intention match db
    $ lictor intention match -source web`,
  api: NAMESPACED,
  usageExitCode: 2,
  flags: {
    destination: flag.bool('The service is the destination. This is the default.'),
    source: flag.bool('The service is the source.'),
  },
  async run({ flags, args, client, print }) {
    const [name] = args;
    if (name === undefined || args.length > 1) {
      throw new CommandError('Error: command requires exactly one argument: src or dst');
    }
    if (flags.source && flags.destination) {
      throw new CommandError('Error: only one of -source or -destination may be specified');
    }
    const matches = await orFail(
      'Error matching the connection',
      client.json<Record<string, Intention[] | null>>({
        path: '/v1/connect/intentions/match',
        query: { by: flags.source ? 'source' : 'destination', name },
      }),
    );
    for (const intention of matches[name] ?? []) print(renderIntention(intention));
  },
});
