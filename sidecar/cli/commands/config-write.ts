/** `config write`: creates or replaces a configuration entry. */
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { readConfigEntry } from '../config-entry.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'config write [options] <configuration>',
  about: `Creates or replaces a configuration entry, from a file or ("-") from standard
input, in HCL or JSON.

    $ lictor config write web.service.hcl`,
  api: NAMESPACED,
  flags: {
    cas: flag.bool('Write only if -modify-index is still right; 0 means only if there is none.'),
    'modify-index': flag.uint('ModifyIndex of the version to write over. Used with -cas.'),
  },
  async run({ flags, args, client, io, print }) {
    const [source] = args;
    if (source === undefined || args.length > 1) {
      throw new CommandError(
        'Must provide exactly one positional argument to specify the config entry to write',
      );
    }
    const entry = await readConfigEntry(source, io);
    const written = await orFail(
      `Error writing config entry ${entry.label}`,
      client.json<boolean>({
        method: 'PUT',
        path: '/v1/config',
        query: { cas: flags.cas ? flags['modify-index'] : undefined },
        body: entry.body,
      }),
    );
    if (!written) throw new CommandError(`Config entry not updated: ${entry.label}`);
    print(`Config entry written: ${entry.label}`);
  },
});
