/** `reload`: the agent reads its configuration again. */
import { AGENT } from '../api-flags.ts';
import { defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'reload [options]',
  about: `Makes the agent read its configuration files again, as the signal SIGHUP does.
A file that does not hold is an error, and changes nothing.`,
  api: AGENT,
  flags: {},
  async run({ client, print }) {
    await orFail('Error reloading', client.request({ method: 'PUT', path: '/v1/agent/reload' }));
    print('Configuration reload triggered');
  },
});
