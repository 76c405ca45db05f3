/** `acl token read`: one token, with everything that it brings if wanted. */
import { NAMESPACED } from '../api-flags.ts';
import { ACCESSOR_FLAGS, accessorOf } from '../acl/accessor-flag.ts';
import { tokenIDOf } from '../acl/find-id.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import { renderExpandedToken } from '../acl/render-expanded-token.ts';
import { renderToken } from '../acl/render-token.ts';
import type { ExpandedToken, Token } from '../acl/types.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl token read [options]',
  about: `Prints a token, by its AccessorID, or the one that the request itself carries.

    $ lictor acl token read -accessor-id 4be5
    $ lictor acl token read -accessor-id 4be5 -expanded
    $ lictor acl token read -self`,
  api: NAMESPACED,
  flags: {
    ...ACCESSOR_FLAGS,
    expanded: flag.bool(
      'Show the rules of everything that the token holds. The default value is false.',
    ),
    self: flag.bool('Read the token of this request. The default value is false.'),
    ...OUTPUT_FLAGS,
  },
  async run({ flags, client, print, warn }) {
    checkFormat(flags);
    if (flags.self) {
      if (flags.expanded) {
        throw new CommandError(
          'Cannot use both -expanded and -self. Instead, use -expanded and -accessor-id=<accessor id>.',
        );
      }
      const own = client.json<Token>({ path: '/v1/acl/token/self' });
      print(present(await orFail('Error reading token', own), 'token', flags, renderToken));
      return;
    }
    const accessor = accessorOf(flags, 'Must specify the -accessor-id parameter', warn);
    const id = await tokenIDOf(client, accessor);
    const path = `/v1/acl/token/${encodeURIComponent(id)}`;
    const prefix = `Error reading token ${JSON.stringify(id)}`;
    if (flags.expanded) {
      const request = { path, query: { expanded: 'true' } };
      const token = await orFail(prefix, client.json<ExpandedToken>(request));
      print(present(token, 'expandedToken', flags, renderExpandedToken));
    } else {
      const token = await orFail(prefix, client.json<Token>({ path }));
      print(present(token, 'token', flags, renderToken));
    }
  },
});
