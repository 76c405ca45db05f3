/** `acl policy update`: changes a policy; what no flag speaks of stays. */
import { NAMESPACED } from '../api-flags.ts';
import { policyIDOf } from '../acl/find-id.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import { POLICY_FLAGS, datacentersOf, readRules } from '../acl/policy-flags.ts';
import { renderPolicy } from '../acl/render-policy.ts';
import { put } from '../acl/requests.ts';
import type { Policy } from '../acl/types.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl policy update [options]',
  about: `Changes a policy, which is named by its ID or by its name. With both, the name is
its new one.

    $ lictor acl policy update -name web -rules @web.hcl
    $ lictor acl policy update -id 35b8 -name web-2`,
  api: NAMESPACED,
  flags: {
    ...POLICY_FLAGS,
    id: flag.text('ID of the policy, or a beginning of it that no other has.'),
    'no-merge': flag.bool('Replace everything but the ID. The default value is false.'),
    ...OUTPUT_FLAGS,
  },
  async run({ flags, given, client, io, print }) {
    if (flags.id === '' && flags.name === '') {
      throw new CommandError('Must specify either the -id or -name parameters');
    }
    checkFormat(flags);
    const id = await policyIDOf(client, flags);
    const chosen = {
      Name: flags.name,
      Description: flags.description,
      Datacenters: datacentersOf(flags['valid-datacenter']),
      Rules: await readRules(flags.rules, io, 'data source'),
    };
    const path = `/v1/acl/policy/${encodeURIComponent(id)}`;
    const policy = flags['no-merge']
      ? chosen
      : merged(await orFail('Error reading policy', client.json<Policy>({ path })));
    const updated = await orFail(
      `Error updating policy ${JSON.stringify(id)}`,
      client.json<Policy>(put(path, { ID: id, ...policy })),
    );
    print(present(updated, 'policy', flags, renderPolicy));

    function merged(held: Policy): object {
      return {
        Name: given.has('name') ? chosen.Name : held.Name,
        Description: given.has('description') ? chosen.Description : held.Description,
        Datacenters: given.has('valid-datacenter') ? chosen.Datacenters : held.Datacenters,
        Rules: given.has('rules') ? chosen.Rules : held.Rules,
      };
    }
  },
});
