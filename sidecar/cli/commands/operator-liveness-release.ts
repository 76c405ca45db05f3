/** `operator liveness release`: the held nodes have failed indeed. Consul has no such command. */
import { DATACENTER } from '../api-flags.ts';
import { defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'operator liveness release [options]',
  about: `Marks as failed every node that the brake on mass failures holds, and so ends it.
Without this it ends by itself once the last of them is back or has left.`,
  api: DATACENTER,
  flags: {},
  maxArguments: 0,
  async run({ client, print }) {
    const { Released } = await orFail(
      'Error releasing the nodes',
      client.json<{ Released: number }>({
        method: 'PUT',
        path: '/v1/operator/liveness/release',
      }),
    );
    print(Released === 0 ? 'Nothing was held' : `${Released} held nodes are marked as failed`);
  },
});
