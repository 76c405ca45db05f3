/** `acl auth-method list`: all auth methods, without their configuration. */
import { NAMESPACED } from '../api-flags.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import { renderAuthMethods } from '../acl/render-auth-method.ts';
import type { AuthMethod } from '../acl/types.ts';
import { defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'acl auth-method list [options]',
  about: `Lists the auth methods.

    $ lictor acl auth-method list`,
  api: NAMESPACED,
  flags: OUTPUT_FLAGS,
  async run({ flags, client, print }) {
    checkFormat(flags);
    const methods = await orFail(
      'Failed to retrieve the auth method list',
      client.json<AuthMethod[]>({ path: '/v1/acl/auth-methods' }),
    );
    const text = present(methods, 'authMethodEntry', flags, renderAuthMethods);
    if (text !== '') print(text);
  },
});
