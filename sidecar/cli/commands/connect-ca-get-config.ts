/** `connect ca get-config`: the configuration of the certificate authority. */
import { renderJSON } from '../../client/json.ts';
import { DATACENTER } from '../api-flags.ts';
import { defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'connect ca get-config [options]',
  about: 'Prints the configuration of the certificate authority as JSON.',
  api: DATACENTER,
  flags: {},
  async run({ client, print }) {
    const configuration = await orFail(
      'Error querying CA configuration',
      client.json<unknown>({ path: '/v1/connect/ca/configuration' }),
    );
    print(renderJSON(configuration, '\t'));
  },
});
