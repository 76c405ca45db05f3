/** `acl auth-method update`: changes an auth method; what no flag speaks of stays. */
import { NAMESPACED } from '../api-flags.ts';
import {
  AUTH_METHOD_FLAGS,
  kubernetesConfig,
  readConfig,
  renderTTL,
} from '../acl/auth-method-flags.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import { renderAuthMethod } from '../acl/render-auth-method.ts';
import { put, readOne } from '../acl/requests.ts';
import type { AuthMethod } from '../acl/types.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl auth-method update -name NAME [options]',
  about: `Changes an auth method. The configuration counts as one value.

    $ lictor acl auth-method update -name robots -max-token-ttl 1h`,
  api: NAMESPACED,
  flags: {
    ...AUTH_METHOD_FLAGS,
    'no-merge': flag.bool('Replace everything but name and type. The default value is false.'),
    ...OUTPUT_FLAGS,
  },
  async run({ flags, client, io, print }) {
    const { name } = flags;
    if (name === '') {
      throw new CommandError('Cannot update an auth method without specifying the -name parameter');
    }
    checkFormat(flags);
    const quoted = JSON.stringify(name);
    const path = `/v1/acl/auth-method/${encodeURIComponent(name)}`;
    const held = await readOne<AuthMethod>(
      client,
      path,
      `Auth method not found with name ${quoted}`,
      'Error when retrieving current auth method',
    );
    const config = await readConfig(flags, io);
    const kubernetes = held.Type === 'kubernetes' ? await kubernetesConfig(flags, io) : {};
    const base: Partial<AuthMethod> = flags['no-merge'] ? {} : held;
    const method = {
      Name: name,
      Type: held.Type,
      DisplayName: flags['display-name'] || base.DisplayName,
      Description: flags.description || base.Description,
      MaxTokenTTL: renderTTL(flags['max-token-ttl']) ?? base.MaxTokenTTL,
      TokenLocality: flags['token-locality'] || base.TokenLocality,
      Config: config ?? { ...base.Config, ...kubernetes },
    };
    const updated = await orFail(
      `Error updating auth method ${quoted}`,
      client.json<AuthMethod>(put(path, method)),
    );
    print(present(updated, 'authMethod', flags, renderAuthMethod));
  },
});
