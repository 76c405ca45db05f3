/** `leave`: the agent leaves the cluster and ends. */
import { AGENT } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'leave [options]',
  about: 'Makes the agent leave the cluster in good order and end.',
  api: AGENT,
  flags: {},
  async run({ args, client, print }) {
    if (args.length > 0) {
      throw new CommandError(`Error found unexpected args: [${args.join(' ')}]`, {
        showHelp: true,
      });
    }
    await orFail('Error leaving', client.request({ method: 'PUT', path: '/v1/agent/leave' }));
    print('Graceful leave complete');
  },
});
