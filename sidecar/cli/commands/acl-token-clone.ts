/** `acl token clone`: a new token with the rights of another. */
import { NAMESPACED } from '../api-flags.ts';
import { ACCESSOR_FLAGS, accessorOf } from '../acl/accessor-flag.ts';
import { tokenIDOf } from '../acl/find-id.ts';
import { FORMAT_FLAG, checkFormat, present } from '../acl/format.ts';
import { renderToken } from '../acl/render-token.ts';
import { put } from '../acl/requests.ts';
import type { Token } from '../acl/types.ts';
import { defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl token clone [options]',
  about: `Makes a token with the same policies, roles and identities as another.

    $ lictor acl token clone -accessor-id 35b8 -description copy`,
  api: NAMESPACED,
  flags: {
    ...ACCESSOR_FLAGS,
    description: flag.text('A description of the new token. The default is that of the old one.'),
    ...FORMAT_FLAG,
  },
  async run({ flags, client, print, warn }) {
    const missing = 'Cannot update a token without specifying the -accessor-id parameter';
    const accessor = accessorOf(flags, missing, warn);
    checkFormat(flags);
    const id = await tokenIDOf(client, accessor, 'token Accessor ID');
    const body = flags.description === '' ? {} : { Description: flags.description };
    const made = await orFail(
      'Error cloning token',
      client.json<Token>(put(`/v1/acl/token/${encodeURIComponent(id)}/clone`, body)),
    );
    print(present(made, 'token', flags, renderToken));
  },
});
