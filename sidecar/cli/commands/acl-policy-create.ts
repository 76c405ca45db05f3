/** `acl policy create`: a new policy. */
import { NAMESPACED } from '../api-flags.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import { POLICY_FLAGS, datacentersOf, readRules } from '../acl/policy-flags.ts';
import { renderPolicy } from '../acl/render-policy.ts';
import { put } from '../acl/requests.ts';
import type { Policy } from '../acl/types.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'acl policy create -name NAME [options]',
  about: `Makes a policy. Its rules are the argument, or come from a file or from standard
input:

    $ lictor acl policy create -name reader -rules 'key_prefix "" { policy = "read" }'
    $ lictor acl policy create -name web -rules @web.hcl
    $ lictor acl policy create -name web -rules - < web.hcl`,
  api: NAMESPACED,
  flags: { ...POLICY_FLAGS, ...OUTPUT_FLAGS },
  async run({ flags, client, io, print }) {
    if (flags.name === '') {
      throw new CommandError("Missing required '-name' flag", { showHelp: true });
    }
    checkFormat(flags);
    const policy = {
      Name: flags.name,
      Description: flags.description,
      Datacenters: datacentersOf(flags['valid-datacenter']),
      Rules: await readRules(flags.rules, io, 'rules'),
    };
    const made = await orFail(
      'Failed to create new policy',
      client.json<Policy>(put('/v1/acl/policy', policy)),
    );
    print(present(made, 'policy', flags, renderPolicy));
  },
});
