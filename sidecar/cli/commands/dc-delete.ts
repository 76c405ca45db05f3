/** `dc delete`: a datacenter of a deployed Worker and everything in it. */
import { AGENT } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'dc delete NAME [options]',
  about: `Removes a datacenter of the deployed Worker and everything in it, for good. One that
still has nodes is kept unless -force is given.

    $ lictor dc delete eu-west -confirm=eu-west`,
  api: AGENT,
  maxArguments: 1,
  flagsAnywhere: true,
  flags: {
    confirm: flag.text('The name once more.'),
    force: flag.bool('Also while there are nodes in it.'),
  },
  async run({ args, flags, client, print }) {
    const [name] = args;
    if (name === undefined) throw new CommandError('Error! Missing NAME argument');
    if (flags.confirm !== name) {
      throw new CommandError(
        `Error! Everything in ${name} would be lost: say it once more with -confirm=${name}`,
      );
    }
    const path = `/v1/datacenters/${encodeURIComponent(name)}`;
    const query = { confirm: name, force: flags.force ? (true as const) : undefined };
    await orFail('Error deleting datacenter', client.json({ method: 'DELETE', path, query }));
    print(`Success! Datacenter ${name} is gone`);
  },
});
