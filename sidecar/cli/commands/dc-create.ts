/** `dc create`: a datacenter of a deployed Worker. */
import { JURISDICTIONS, LOCATIONS } from '../../../protocol/types/datacenters.ts';
import { AGENT } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'dc create NAME [options]',
  about: `Makes a datacenter of the deployed Worker. Where it is made is where it stays.

    $ lictor dc create eu-west -location weur -jurisdiction eu

Agents belong to it whose configuration names it: datacenter = "eu-west".`,
  api: AGENT,
  maxArguments: 1,
  flagsAnywhere: true,
  flags: {
    location: flag.text(`Where to make it, one of ${LOCATIONS.join(', ')}.`),
    jurisdiction: flag.text(`Where its data may be, one of ${JURISDICTIONS.join(', ')}.`),
  },
  async run({ args, flags, client, print }) {
    const [name] = args;
    if (name === undefined) throw new CommandError('Error! Missing NAME argument');
    const path = `/v1/datacenters/${encodeURIComponent(name)}`;
    const body = JSON.stringify({ Location: flags.location, Jurisdiction: flags.jurisdiction });
    await orFail('Error creating datacenter', client.json({ method: 'PUT', path, body }));
    print(`Success! Datacenter ${name} stands`);
  },
});
