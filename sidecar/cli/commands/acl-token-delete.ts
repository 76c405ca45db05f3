/** `acl token delete`: its secret is worthless from then on. */
import { NAMESPACED } from '../api-flags.ts';
import { ACCESSOR_FLAGS, accessorOf } from '../acl/accessor-flag.ts';
import { tokenIDOf } from '../acl/find-id.ts';
import { defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'acl token delete [options]',
  about: `Deletes a token.

    $ lictor acl token delete -accessor-id 35b8`,
  api: NAMESPACED,
  flags: ACCESSOR_FLAGS,
  async run({ flags, client, print, warn }) {
    const accessor = accessorOf(
      flags,
      'Must specify the -accessor-id parameter',
      warn,
      'Use the -accessor-id parameter to specify token by Accessor ID.',
    );
    const id = await tokenIDOf(client, accessor);
    const quoted = JSON.stringify(id);
    await orFail(
      `Error deleting token ${quoted}`,
      client.request({ method: 'DELETE', path: `/v1/acl/token/${encodeURIComponent(id)}` }),
    );
    print(`Token ${quoted} deleted successfully`);
  },
});
