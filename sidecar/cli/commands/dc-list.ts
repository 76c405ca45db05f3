/** `dc list`: the datacenters of a deployed Worker. */
import type { DatacenterRecord } from '../../../protocol/types/datacenters.ts';
import { AGENT } from '../api-flags.ts';
import { defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { renderColumns } from '../output.ts';

export const command = defineCommand({
  usage: 'dc list [options]',
  about: `Prints the datacenters of the deployed Worker, and where each was made.

    $ lictor dc list

The first is the one that the deployment itself names. Datacenters that run on their
own hosts are listed by \`lictor catalog datacenters\`.`,
  api: AGENT,
  maxArguments: 0,
  flags: { format: flag.text('Output format: pretty or json.', 'pretty') },
  async run({ flags, client, print }) {
    const records = await orFail(
      'Error listing datacenters',
      client.json<DatacenterRecord[]>({ path: '/v1/datacenters' }),
    );
    if (flags.format === 'json') {
      print(JSON.stringify(records, null, 4));
      return;
    }
    const rows = records.map(({ Name, Location, Jurisdiction, CreatedAt }) => [
      Name,
      Location || '-',
      Jurisdiction || '-',
      CreatedAt || '-',
    ]);
    print(renderColumns([['Name', 'Location', 'Jurisdiction', 'Created'], ...rows]));
  },
});
