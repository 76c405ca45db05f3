/** `config read`: one configuration entry as JSON. */
import { isKind } from '../../../protocol/config-entries/kinds.ts';
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { renderConfigEntry } from '../config-entry.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'config read [options] -kind <config kind> -name <config name>',
  about: `Prints the configuration entry of a kind and a name.

    $ lictor config read -kind proxy-defaults -name global`,
  api: NAMESPACED,
  flags: {
    kind: flag.text('Kind of the entry.'),
    name: flag.text('Name of the entry.'),
  },
  async run({ flags, client, print }) {
    const { kind, name } = flags;
    if (kind === '') throw new CommandError('Must specify the -kind parameter');
    if (name === '') throw new CommandError('Must specify the -name parameter');
    const path = `/v1/config/${encodeURIComponent(kind)}/${encodeURIComponent(name)}`;
    const failure = `Error reading config entry ${kind}/${name}`;
    if (!isKind(kind)) throw new CommandError(`${failure}: invalid config entry kind: ${kind}`);
    const entry = await orFail(failure, client.json<Record<string, unknown>>({ path }));
    print(renderConfigEntry(entry));
  },
});
