/** `acl role create`: a new role. */
import { NAMESPACED } from '../api-flags.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import {
  grantFlags,
  parseNodeIdentities,
  parseServiceIdentities,
  resolvePolicies,
} from '../acl/grants.ts';
import { renderRole } from '../acl/render-role.ts';
import { put } from '../acl/requests.ts';
import { CREATE_TEMPLATE_FLAGS, readCreateTemplates } from '../acl/template-flags.ts';
import type { Role } from '../acl/types.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl role create -name NAME [options]',
  about: `Makes a role, which gives what it holds to every token that has it.

    $ lictor acl role create -name ops -policy-name operator
    $ lictor acl role create -name web -service-identity web:dc1,dc2`,
  api: NAMESPACED,
  flags: {
    description: flag.text('A description of the role.'),
    name: flag.text("The role's name."),
    ...grantFlags('role'),
    ...CREATE_TEMPLATE_FLAGS,
    ...OUTPUT_FLAGS,
  },
  async run({ flags, given, client, io, print }) {
    if (flags.name === '') {
      throw new CommandError("Missing required '-name' flag", { showHelp: true });
    }
    const grants = [
      ...Object.keys(grantFlags('role')),
      'templated-policy',
      'templated-policy-file',
    ];
    if (!grants.some((name) => given.has(name))) {
      throw new CommandError(
        'Cannot create a role without specifying -policy-name, -policy-id, -service-identity, -node-identity, -templated-policy-file or -templated-policy at least once',
      );
    }
    checkFormat(flags);
    const TemplatedPolicies = await readCreateTemplates('role', flags, io);
    const role = {
      Name: flags.name,
      Description: flags.description,
      Policies: await resolvePolicies(client, flags['policy-name'], flags['policy-id']),
      ServiceIdentities: parseServiceIdentities(flags['service-identity']),
      NodeIdentities: parseNodeIdentities(flags['node-identity']),
      TemplatedPolicies,
    };
    const made = await orFail(
      'Failed to create new role',
      client.json<Role>(put('/v1/acl/role', role)),
    );
    print(present(made, 'role', flags, renderRole));
  },
});
