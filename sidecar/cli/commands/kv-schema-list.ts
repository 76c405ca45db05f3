/** `kv schema list`: the prefixes that have a schema. */
import { listSchemas } from '../../client/history.ts';
import { NAMESPACED } from '../api-flags.ts';
import { defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'kv schema list [options]',
  about: 'Prints the prefixes that have a JSON schema, one a line.',
  api: NAMESPACED,
  maxArguments: 0,
  flags: {},
  async run({ client, print }) {
    const schemas = await orFail('Error querying Consul agent', listSchemas(client));
    for (const { Prefix } of schemas) print(Prefix);
  },
});
