/** `config list`: names of the configuration entries of a kind. */
import { nameOf, type KnownEntry } from '../../../protocol/config-entries/kinds.ts';
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'config list [options] -kind <config kind>',
  about: `Prints the names of all configuration entries of a kind.

    $ lictor config list -kind service-defaults`,
  api: NAMESPACED,
  flags: {
    filter: flag.text('Expression that the entries must fulfil.'),
    kind: flag.text('Kind of the entries.'),
  },
  async run({ flags, client, print }) {
    if (flags.kind === '') throw new CommandError('Must specify the -kind parameter');
    const entries = await orFail(
      `Error listing config entries for kind ${JSON.stringify(flags.kind)}`,
      client.json<KnownEntry[]>({
        path: `/v1/config/${encodeURIComponent(flags.kind)}`,
        query: { filter: flags.filter || undefined },
      }),
    );
    for (const entry of entries) print(nameOf(entry));
  },
});
