/** `acl binding-rule list`: all rules, or those of one auth method. */
import { NAMESPACED } from '../api-flags.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import { renderBindingRules } from '../acl/render-binding-rule.ts';
import type { BindingRule } from '../acl/types.ts';
import { defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl binding-rule list [options]',
  about: `Lists the binding rules.

    $ lictor acl binding-rule list -method robots`,
  api: NAMESPACED,
  flags: { method: flag.text('Only the rules of this auth method.'), ...OUTPUT_FLAGS },
  async run({ flags, client, print }) {
    checkFormat(flags);
    const query = { authmethod: flags.method || undefined };
    const rules = await orFail(
      'Failed to retrieve the binding rule list',
      client.json<BindingRule[]>({ path: '/v1/acl/binding-rules', query }),
    );
    const text = present(rules, 'bindingRule', flags, renderBindingRules);
    if (text !== '') print(text);
  },
});
