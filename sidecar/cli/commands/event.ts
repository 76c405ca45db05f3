/** `event`: fires a user event. */
import { AGENT } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { compilePattern } from '../pattern.ts';

export const command = defineCommand({
  usage: 'event [options] [payload]',
  about: `Sends a user event with a name and perhaps a payload to the agents of the
datacenter. Regular expressions choose by node, service and tag who takes it.

    $ lictor event -name=deploy v42`,
  api: AGENT,
  flags: {
    name: flag.text('Name of the event.'),
    node: flag.text('Regular expression of node names.'),
    service: flag.text('Regular expression of service names.'),
    tag: flag.text('Regular expression of service tags. Only together with -service.'),
  },
  async run({ flags, args, client, print }) {
    if (flags.name === '')
      throw new CommandError('Event name must be specified', { showHelp: true });
    for (const what of ['node', 'service', 'tag'] as const) {
      if (flags[what] !== '') {
        await compilePattern(flags[what], `Failed to compile ${what} filter regexp`);
      }
    }
    if (flags.tag !== '' && flags.service === '') {
      throw new CommandError('Cannot provide tag filter without service filter.');
    }
    if (args.length > 1) {
      throw new CommandError('Too many command line arguments.', { showHelp: true });
    }
    // A broken connection should be told as such, not as a failed event.
    await orFail('Error querying Consul agent', client.request({ path: '/v1/agent/self' }));
    const { ID } = await orFail(
      'Error firing event',
      client.json<{ ID: string }>({
        method: 'PUT',
        path: `/v1/event/fire/${encodeURIComponent(flags.name)}`,
        query: {
          node: flags.node || undefined,
          service: flags.service || undefined,
          tag: flags.tag || undefined,
        },
        body: args[0] ?? '',
      }),
    );
    print(`Event ID: ${ID}`);
  },
});
