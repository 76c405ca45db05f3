/** `join`: tells the agent to join members at the addresses given. */
import { AGENT, PARTITION } from '../api-flags.ts';
import { CommandError, defineCommand } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'join [options] address ...',
  about: `Tells the agent to join a cluster through at least one of its members.

    $ lictor join 10.0.0.5 10.0.0.6:8301`,
  api: [...AGENT, ...PARTITION],
  flags: { wan: flag.bool('Join a server of another datacenter, in the WAN pool.') },
  async run({ flags, args, client, print, warn }) {
    if (args.length === 0) {
      throw new CommandError('At least one address to join must be specified.', {
        showHelp: true,
      });
    }
    const query = { wan: flags.wan ? '1' : undefined };
    let joined = 0;
    for (const address of args) {
      const path = `/v1/agent/join/${encodeURIComponent(address)}`;
      try {
        await client.request({ method: 'PUT', path, query });
        joined++;
      } catch (error) {
        warn(`Error joining address '${address}': ${(error as Error).message}`);
      }
    }
    if (joined === 0) throw new CommandError('Failed to join any nodes.');
    print(`Successfully joined cluster by contacting ${joined} nodes.`);
  },
});
