/** `acl templated-policy list`: the names of the templates. */
import { NAMESPACED } from '../api-flags.ts';
import { FORMAT_FLAG, checkFormat } from '../acl/format.ts';
import type { PolicyTemplate } from '../acl/types.ts';
import { renderJSON } from '../../client/json.ts';
import { defineCommand, orFail } from '../command.ts';

export const command = defineCommand({
  usage: 'acl templated-policy list [options]',
  about: `Lists the templated policies.

    $ lictor acl templated-policy list`,
  api: NAMESPACED,
  flags: FORMAT_FLAG,
  async run({ flags, client, print }) {
    checkFormat(flags);
    const templates = await orFail(
      'Failed to retrieve the templated policies list',
      client.json<Record<string, PolicyTemplate>>({ path: '/v1/acl/templated-policies' }),
    );
    if (flags.format === 'json') print(renderJSON(templates, '    '));
    else print(`${Object.keys(templates).toSorted().join('\n')}\n`);
  },
});
