/** `force-leave`: takes a failed member out of the cluster. */
import { AGENT, PARTITION } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'force-leave [options] name',
  about: `Puts a member into the state "left". It is meant for failed members that never
come back; one that is alive will join again.`,
  api: [...AGENT, ...PARTITION],
  flags: {
    prune: flag.bool('Take the member out of the list of members altogether.'),
    wan: flag.bool('Take the member out of the WAN pool only.'),
  },
  async run({ flags, args, client }) {
    const [node] = args;
    if (node === undefined || args.length > 1) {
      throw new CommandError('A single node name must be specified to force leave.', {
        showHelp: true,
      });
    }
    await orFail(
      'Error force leaving',
      client.request({
        method: 'PUT',
        path: `/v1/agent/force-leave/${encodeURIComponent(node)}`,
        query: { prune: flags.prune ? '1' : undefined, wan: flags.wan ? '1' : undefined },
      }),
    );
  },
});
