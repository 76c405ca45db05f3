/** `acl role update`: changes a role; what it holds is added to, unless told otherwise. */
import { NAMESPACED } from '../api-flags.ts';
import { roleIDOf } from '../acl/find-id.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import {
  grantFlags,
  linkKeys,
  merge,
  parseNodeIdentities,
  parseServiceIdentities,
  resolvePolicies,
} from '../acl/grants.ts';
import { renderRole } from '../acl/render-role.ts';
import { put, readOne } from '../acl/requests.ts';
import { UPDATE_TEMPLATE_FLAGS, readUpdatedTemplates } from '../acl/template-flags.ts';
import type { Role } from '../acl/types.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl role update -id ID [options]',
  about: `Changes a role. Policies and identities are added to those that it has; with
-no-merge they replace them.

    $ lictor acl role update -id 35b8 -policy-name operator`,
  api: NAMESPACED,
  flags: {
    description: flag.text('A description of the role.'),
    id: flag.text('ID of the role, or a beginning of it that no other has.'),
    name: flag.text("The role's new name."),
    'no-merge': flag.bool('Replace everything but the ID. The default value is false.'),
    ...grantFlags('role'),
    ...UPDATE_TEMPLATE_FLAGS,
    ...OUTPUT_FLAGS,
  },
  async run({ flags, client, io, print }) {
    if (flags.id === '') {
      throw new CommandError('Cannot update a role without specifying the -id parameter');
    }
    checkFormat(flags);
    const id = await roleIDOf(client, flags);
    const path = `/v1/acl/role/${encodeURIComponent(id)}`;
    const held = await readOne<Role>(
      client,
      path,
      `Role not found with ID ${JSON.stringify(id)}`,
      'Error when retrieving current role',
    );
    const chosen = {
      Policies: await resolvePolicies(client, flags['policy-name'], flags['policy-id']),
      ServiceIdentities: parseServiceIdentities(flags['service-identity']),
      NodeIdentities: parseNodeIdentities(flags['node-identity']),
    };
    const role = flags['no-merge']
      ? {
          Name: flags.name,
          Description: flags.description,
          ...chosen,
          TemplatedPolicies: await readUpdatedTemplates([], flags, io),
        }
      : {
          Name: flags.name || held.Name,
          Description: flags.description || held.Description,
          Policies: merge(held.Policies, chosen.Policies, linkKeys),
          ServiceIdentities: merge(held.ServiceIdentities, chosen.ServiceIdentities, (identity) => [
            identity.ServiceName,
          ]),
          NodeIdentities: merge(held.NodeIdentities, chosen.NodeIdentities, (identity) => [
            `${identity.NodeName}:${identity.Datacenter}`,
          ]),
          TemplatedPolicies: await readUpdatedTemplates(held.TemplatedPolicies, flags, io),
        };
    const updated = await orFail(
      `Error updating role ${JSON.stringify(id)}`,
      client.json<Role>(put(path, { ID: id, ...role })),
    );
    print(present(updated, 'role', flags, renderRole));
  },
});
