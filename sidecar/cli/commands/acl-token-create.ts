/** `acl token create`: a new token. */
import { NAMESPACED } from '../api-flags.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import {
  grantFlags,
  parseNodeIdentities,
  parseServiceIdentities,
  resolvePolicies,
  resolveRoles,
  roleFlags,
} from '../acl/grants.ts';
import { renderToken } from '../acl/render-token.ts';
import { put } from '../acl/requests.ts';
import { CREATE_TEMPLATE_FLAGS, readCreateTemplates } from '../acl/template-flags.ts';
import type { Token } from '../acl/types.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

/** At least one of these: a token without rights is a mistake more often than not. */
const GRANTS = [
  'policy-name',
  'policy-id',
  'role-name',
  'role-id',
  'service-identity',
  'node-identity',
  'templated-policy',
  'templated-policy-file',
];

export const command = defineCommand({
  usage: 'acl token create [options]',
  about: `Makes a token and prints it, with the secret that its requests carry.

    $ lictor acl token create -description robot -policy-name reader
    $ lictor acl token create -service-identity web -expires-ttl 12h
    $ lictor acl token create -templated-policy builtin/node -var name:n1`,
  api: NAMESPACED,
  flags: {
    accessor: flag.text('AccessorID of the token, a UUID. The default is a random one.'),
    description: flag.text('A description of the token.'),
    'expires-ttl': flag.duration('How long the token is valid. The default is for ever.'),
    local: flag.bool('Valid in this datacenter only. The default value is false.'),
    secret: flag.text('SecretID of the token, a UUID. The default is a random one.'),
    ...grantFlags('token'),
    ...roleFlags(),
    ...CREATE_TEMPLATE_FLAGS,
    ...OUTPUT_FLAGS,
  },
  async run({ flags, given, client, io, print }) {
    if (!GRANTS.some((name) => given.has(name))) {
      const names = GRANTS.map((name) => `-${name}`);
      const listed = `${names.slice(0, -1).join(', ')}, or ${names.at(-1)}`;
      throw new CommandError(`Cannot create a token without specifying ${listed} at least once`);
    }
    checkFormat(flags);
    const TemplatedPolicies = await readCreateTemplates('token', flags, io);
    const token = {
      AccessorID: flags.accessor || undefined,
      SecretID: flags.secret || undefined,
      Description: flags.description,
      Local: flags.local,
      ExpirationTTL: flags['expires-ttl'] > 0 ? `${flags['expires-ttl']}ms` : undefined,
      ServiceIdentities: parseServiceIdentities(flags['service-identity']),
      NodeIdentities: parseNodeIdentities(flags['node-identity']),
      TemplatedPolicies,
      Policies: await resolvePolicies(client, flags['policy-name'], flags['policy-id']),
      Roles: await resolveRoles(client, flags['role-name'], flags['role-id']),
    };
    const made = await orFail(
      'Failed to create new token',
      client.json<Token>(put('/v1/acl/token', token)),
    );
    print(present(made, 'token', flags, renderToken));
  },
});
