/** `validate`: checks configuration files without starting an agent. */
import { CommandError, defineCommand, orFail } from '../command.ts';
import type { ConfigFormat } from '../command-io.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'validate [options] FILE_OR_DIRECTORY...',
  about: `Reads configuration files and directories as the agent would when it starts,
and tells what it would refuse. It needs the whole configuration: a part alone
does not hold.

    $ lictor validate /etc/consul.d`,
  flags: {
    'config-format': flag.text("Format of all files, whatever their names: 'hcl' or 'json'."),
    quiet: flag.bool('Print nothing when the configuration holds.'),
  },
  async run({ flags, args, io, print, warn }) {
    if (args.length === 0) {
      throw new CommandError('Must specify at least one config file or directory');
    }
    const format = parseFormat(flags['config-format']);
    const configuration = await io.services.configuration();
    const options = { cwd: io.cwd, ...(format ? { format } : {}) };
    const warnings = await orFail(
      'Config validation failed',
      configuration.validateConfiguration(args, options),
    );
    if (flags.quiet) return;
    for (const warning of warnings) warn(warning);
    print('Configuration is valid!');
  },
});

function parseFormat(text: string): ConfigFormat | undefined {
  if (text === '') return undefined;
  if (text === 'hcl' || text === 'json') return text;
  throw new CommandError("-config-format must be either 'hcl' or 'json");
}
