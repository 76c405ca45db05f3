/** `acl binding-rule delete`: later logins get nothing by this rule. */
import { NAMESPACED } from '../api-flags.ts';
import { bindingRuleIDOf } from '../acl/find-id.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'acl binding-rule delete -id ID [options]',
  about: `Deletes a binding rule. Tokens that came by it stay as they are.

    $ lictor acl binding-rule delete -id fdab`,
  api: NAMESPACED,
  flags: { id: flag.text('ID of the rule, or a beginning of it that no other has.') },
  async run({ flags, client, print }) {
    if (flags.id === '') throw new CommandError('Must specify the -id parameter');
    const id = await bindingRuleIDOf(client, flags.id);
    const quoted = JSON.stringify(id);
    await orFail(
      `Error deleting binding rule ${quoted}`,
      client.request({ method: 'DELETE', path: `/v1/acl/binding-rule/${encodeURIComponent(id)}` }),
    );
    print(`Binding rule ${quoted} deleted successfully`);
  },
});
