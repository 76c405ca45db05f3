/** `acl token update`: changes a token. */
import { NAMESPACED } from '../api-flags.ts';
import { ACCESSOR_FLAGS, accessorOf } from '../acl/accessor-flag.ts';
import { tokenIDOf } from '../acl/find-id.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import { grantFlags, roleFlags } from '../acl/grants.ts';
import { renderToken } from '../acl/render-token.ts';
import { put } from '../acl/requests.ts';
import { UPDATE_TEMPLATE_FLAGS, readUpdatedTemplates } from '../acl/template-flags.ts';
import { APPEND_FLAGS, MERGE_FLAGS, updatedGrants, warnOfOldFlags } from '../acl/token-update.ts';
import type { Token } from '../acl/types.ts';
import { defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl token update [options]',
  about: `Changes a token. A flag without append- replaces all that the token has of its
kind; those with append- add to it. Policies, roles and templated policies that no
flag speaks of stay; service and node identities go, as with Consul's command.

    $ lictor acl token update -accessor-id 35b8 -policy-name reader
    $ lictor acl token update -accessor-id 35b8 -append-role-name ops`,
  api: NAMESPACED,
  flags: {
    ...ACCESSOR_FLAGS,
    description: flag.text('A description of the token.'),
    ...grantFlags('token', ' Replaces those that it has.'),
    ...roleFlags(' Replaces those that it has.'),
    ...APPEND_FLAGS,
    ...MERGE_FLAGS,
    ...UPDATE_TEMPLATE_FLAGS,
    ...OUTPUT_FLAGS,
  },
  async run({ flags, client, io, print, warn }) {
    const missing = 'Cannot update a token without specifying the -accessor-id parameter';
    const accessor = accessorOf(flags, missing, warn);
    checkFormat(flags);
    const id = await tokenIDOf(client, accessor);
    const path = `/v1/acl/token/${encodeURIComponent(id)}`;
    const held = await orFail('Error when retrieving current token', client.json<Token>({ path }));
    warnOfOldFlags(flags, warn);
    const token = {
      ...held,
      Description: flags.description || held.Description,
      ...(await updatedGrants(client, held, flags)),
      TemplatedPolicies: await readUpdatedTemplates(held.TemplatedPolicies, flags, io),
    };
    const updated = await orFail(
      `Failed to update token ${id}`,
      client.json<Token>(put(path, token)),
    );
    print(present(updated, 'token', flags, renderToken));
  },
});
