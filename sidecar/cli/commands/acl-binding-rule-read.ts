/** `acl binding-rule read`: one rule. */
import { NAMESPACED } from '../api-flags.ts';
import { bindingRuleIDOf } from '../acl/find-id.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import { renderBindingRule } from '../acl/render-binding-rule.ts';
import { readOne } from '../acl/requests.ts';
import type { BindingRule } from '../acl/types.ts';
import { CommandError, defineCommand } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl binding-rule read -id ID [options]',
  about: `Prints a binding rule.

    $ lictor acl binding-rule read -id fdab`,
  api: NAMESPACED,
  flags: {
    id: flag.text('ID of the rule, or a beginning of it that no other has.'),
    ...OUTPUT_FLAGS,
  },
  async run({ flags, client, print }) {
    if (flags.id === '') throw new CommandError('Must specify the -id parameter.');
    checkFormat(flags);
    const id = await bindingRuleIDOf(client, flags.id);
    const quoted = JSON.stringify(id);
    const rule = await readOne<BindingRule>(
      client,
      `/v1/acl/binding-rule/${encodeURIComponent(id)}`,
      `Binding rule not found with ID ${quoted}`,
      `Error reading binding rule ${quoted}`,
    );
    print(present(rule, 'bindingRule', flags, renderBindingRule));
  },
});
