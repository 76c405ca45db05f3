/** `acl policy list`: all policies, without their rules. */
import { NAMESPACED } from '../api-flags.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import { renderPolicies } from '../acl/render-policy.ts';
import type { Policy } from '../acl/types.ts';
import { defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'acl policy list [options]',
  about: `Lists the policies.

    $ lictor acl policy list`,
  api: NAMESPACED,
  flags: OUTPUT_FLAGS,
  async run({ flags, client, print }) {
    checkFormat(flags);
    const policies = await orFail(
      'Failed to retrieve the policy list',
      client.json<Policy[]>({ path: '/v1/acl/policies' }),
    );
    print(present(policies, 'policyEntry', flags, renderPolicies));
  },
});
