/** `intention delete`: takes an intention away. */
import { NAMESPACED } from '../api-flags.ts';
import { defineCommand, orFail } from '../command.ts';
import { parseIntentionArguments } from '../intention.ts';

export const command = defineCommand({
  usage: 'intention delete [options] SRC DST',
  about: `Deletes the intention between two services. Deleting one that does not exist is
no error.

    $ lictor intention delete web db`,
  api: NAMESPACED,
  flags: {},
  async run({ args, client, print }) {
    const names = parseIntentionArguments(args);
    const request =
      typeof names === 'string'
        ? { path: `/v1/connect/intentions/${encodeURIComponent(names)}` }
        : { path: '/v1/connect/intentions/exact', query: { ...names } };
    await orFail('Error deleting the intention', client.request({ method: 'DELETE', ...request }));
    print('Intention deleted.');
  },
});
