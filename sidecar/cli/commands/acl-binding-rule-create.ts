/** `acl binding-rule create`: what a login is worth. */
import { NAMESPACED } from '../api-flags.ts';
import { BINDING_RULE_FLAGS, bindVarsOf } from '../acl/binding-rule-flags.ts';
import { OUTPUT_FLAGS, checkFormat, present } from '../acl/format.ts';
import { renderBindingRule } from '../acl/render-binding-rule.ts';
import { put } from '../acl/requests.ts';
import type { BindingRule } from '../acl/types.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl binding-rule create -method NAME -bind-name NAME [options]',
  about: `Makes a rule that says which rights a login through an auth method brings.

    $ lictor acl binding-rule create -method robots -bind-type service \\
        -bind-name 'robot-\${value.user}' -selector 'value.team==web'`,
  api: NAMESPACED,
  flags: {
    method: flag.text('Name of the auth method that the rule belongs to.'),
    ...BINDING_RULE_FLAGS,
    ...OUTPUT_FLAGS,
  },
  async run({ flags, client, print }) {
    for (const name of ['method', 'bind-name'] as const) {
      if (flags[name] !== '') continue;
      throw new CommandError(`Missing required '-${name}' flag`, { showHelp: true });
    }
    checkFormat(flags);
    const rule = {
      AuthMethod: flags.method,
      Description: flags.description,
      BindType: flags['bind-type'] || 'service',
      BindName: flags['bind-name'],
      BindVars: bindVarsOf(flags['bind-vars']),
      Selector: flags.selector,
    };
    const made = await orFail(
      'Failed to create new binding rule',
      client.json<BindingRule>(put('/v1/acl/binding-rule', rule)),
    );
    print(present(made, 'bindingRule', flags, renderBindingRule));
  },
});
