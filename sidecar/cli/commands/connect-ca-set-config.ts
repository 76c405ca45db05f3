/** `connect ca set-config`: replaces the configuration of the certificate authority. */
import { DATACENTER } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import type { CommandIO } from '../command-io.ts';
import { flag } from '../flags.ts';
import { readFile } from '../input.ts';

export const command = defineCommand({
  usage: 'connect ca set-config [options]',
  about: `Replaces the configuration of the certificate authority with that of a JSON
file. What the file leaves out takes its default.

    $ lictor connect ca set-config -config-file ca.json`,
  api: DATACENTER,
  flags: {
    'config-file': flag.text('Path of the file.', 'value'),
    'force-without-cross-signing': flag.bool(
      'Go on although the present CA cannot cross-sign: proxies that do not know the new root yet fail until they do.',
    ),
  },
  async run({ flags, client, io, print }) {
    const path = flags['config-file'];
    if (path === '') throw new CommandError('The -config-file flag is required');
    const configuration = parse(path, io);
    if (flags['force-without-cross-signing']) configuration['ForceWithoutCrossSigning'] = true;
    await orFail(
      'Error setting CA configuration',
      client.request({
        method: 'PUT',
        path: '/v1/connect/ca/configuration',
        body: JSON.stringify(configuration),
      }),
    );
    print('Configuration updated!');
  },
});

function parse(path: string, io: CommandIO): Record<string, unknown> {
  let text: string;
  try {
    text = readFile(path, io).toString('utf8');
  } catch (error) {
    throw new CommandError(`Error reading config file: ${(error as Error).message}`);
  }
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new CommandError(`Error parsing config file: ${(error as Error).message}`);
  }
}
