/** `catalog datacenters`: the datacenters known, nearest first. */
import { DATACENTER } from '../api-flags.ts';
import { defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'catalog datacenters [options]',
  about: `Prints the name of every known datacenter, the nearest first.

    $ lictor catalog datacenters`,
  api: DATACENTER,
  maxArguments: 0,
  flags: {},
  async run({ client, print }) {
    const names = await orFail(
      'Error listing datacenters',
      client.json<string[]>({ path: '/v1/catalog/datacenters' }),
    );
    for (const name of names) print(name);
  },
});
