/** `acl auth-method create`: a way to log in. */
import { NAMESPACED } from '../api-flags.ts';
import {
  AUTH_METHOD_FLAGS,
  kubernetesConfig,
  readConfig,
  renderTTL,
} from '../acl/auth-method-flags.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import { renderAuthMethod } from '../acl/render-auth-method.ts';
import { put } from '../acl/requests.ts';
import type { AuthMethod } from '../acl/types.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

const KUBERNETES_FLAGS = [
  'kubernetes-host',
  'kubernetes-ca-cert',
  'kubernetes-service-account-jwt',
] as const;

export const command = defineCommand({
  usage: 'acl auth-method create -name NAME -type TYPE [options]',
  about: `Makes an auth method, by which others come by tokens.

    $ lictor acl auth-method create -name robots -type jwt -config @jwt.json`,
  api: NAMESPACED,
  flags: {
    ...AUTH_METHOD_FLAGS,
    type: flag.text('Type of the auth method: jwt, oidc, kubernetes or aws-iam.'),
    ...OUTPUT_FLAGS,
  },
  async run({ flags, client, io, print }) {
    for (const name of ['type', 'name'] as const) {
      if (flags[name] !== '') continue;
      throw new CommandError(`Missing required '-${name}' flag`, { showHelp: true });
    }
    checkFormat(flags);
    const config = await readConfig(flags, io);
    if (config === undefined && flags.type === 'kubernetes') {
      for (const name of KUBERNETES_FLAGS) {
        if (flags[name] === '') throw new CommandError(`Missing required '-${name}' flag`);
      }
    }
    const method = {
      Name: flags.name,
      Type: flags.type,
      DisplayName: flags['display-name'] || undefined,
      Description: flags.description || undefined,
      MaxTokenTTL: renderTTL(flags['max-token-ttl']),
      TokenLocality: flags['token-locality'] || undefined,
      Config: config ?? (await kubernetesConfig(flags, io)),
    };
    const made = await orFail(
      'Failed to create new auth method',
      client.json<AuthMethod>(put('/v1/acl/auth-method', method)),
    );
    print(present(made, 'authMethod', flags, renderAuthMethod));
  },
});
