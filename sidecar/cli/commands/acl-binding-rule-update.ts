/** `acl binding-rule update`: changes a rule; what no flag speaks of stays. */
import { NAMESPACED } from '../api-flags.ts';
import { BINDING_RULE_FLAGS, bindVarsOf } from '../acl/binding-rule-flags.ts';
import { bindingRuleIDOf } from '../acl/find-id.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import { renderBindingRule } from '../acl/render-binding-rule.ts';
import { put, readOne } from '../acl/requests.ts';
import type { BindingRule } from '../acl/types.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl binding-rule update -id ID [options]',
  about: `Changes a binding rule.

    $ lictor acl binding-rule update -id 43cb -selector 'value.team==web'`,
  api: NAMESPACED,
  flags: {
    id: flag.text('ID of the rule, or a beginning of it that no other has.'),
    'no-merge': flag.bool('Replace everything but the ID. The default value is false.'),
    ...BINDING_RULE_FLAGS,
    ...OUTPUT_FLAGS,
  },
  async run({ flags, given, client, print }) {
    if (flags.id === '') {
      throw new CommandError('Cannot update a binding rule without specifying the -id parameter');
    }
    checkFormat(flags);
    const id = await bindingRuleIDOf(client, flags.id);
    const path = `/v1/acl/binding-rule/${encodeURIComponent(id)}`;
    const held = await readOne<BindingRule>(
      client,
      path,
      `Binding rule not found with ID ${JSON.stringify(id)}`,
      'Error when retrieving current binding rule',
    );
    if (flags['no-merge'] && flags['bind-name'] === '') {
      throw new CommandError("Missing required '-bind-name' flag", { showHelp: true });
    }
    const base: Partial<BindingRule> = flags['no-merge'] ? {} : held;
    const rule = {
      ID: id,
      AuthMethod: held.AuthMethod,
      Description: flags.description || base.Description,
      BindType: flags['bind-type'] || base.BindType || 'service',
      BindName: flags['bind-name'] || base.BindName,
      // Variables belong to the templated policy that they were given for.
      BindVars: flags['bind-type']
        ? bindVarsOf(flags['bind-vars'])
        : (bindVarsOf(flags['bind-vars']) ?? base.BindVars),
      Selector: given.has('selector') ? flags.selector : base.Selector,
    };
    const updated = await orFail(
      `Error updating binding rule ${JSON.stringify(id)}`,
      client.json<BindingRule>(put(path, rule)),
    );
    print(present(updated, 'bindingRule', flags, renderBindingRule));
  },
});
