/** `acl token list`: all tokens. */
import { NAMESPACED } from '../api-flags.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import { renderTokens } from '../acl/render-token.ts';
import type { Token } from '../acl/types.ts';
import { defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'acl token list [options]',
  about: `Lists the tokens.

    $ lictor acl token list`,
  api: NAMESPACED,
  flags: OUTPUT_FLAGS,
  async run({ flags, client, print }) {
    checkFormat(flags);
    const tokens = await orFail(
      'Failed to retrieve the token list',
      client.json<Token[]>({ path: '/v1/acl/tokens' }),
    );
    const text = present(tokens, 'token', flags, renderTokens);
    if (text !== '') print(text);
  },
});
