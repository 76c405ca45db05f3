/** `acl set-agent-token`: the tokens of an agent itself. */
import { DATACENTER } from '../api-flags.ts';
import { put } from '../acl/requests.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';

/** By what the user says: how the API calls it. */
const KINDS: Readonly<Record<string, string>> = {
  default: 'default',
  agent: 'agent',
  recovery: 'agent_recovery',
  replication: 'replication',
  config_file_service_registration: 'config_file_service_registration',
  dns: 'dns',
};

export const command = defineCommand({
  usage: 'acl set-agent-token [options] TYPE TOKEN',
  about: `Gives the agent a token of its own. It is forgotten when the agent ends, unless the
agent's configuration says acl.enable_token_persistence. An empty TOKEN takes one
away.

Types:
    default       for requests without a token, and for what has none
    agent         for what the agent does itself
    recovery      lets its bearer use the agent's own endpoints
                  while the datacenter cannot be asked
    replication   for what is replicated from the primary
    dns           for DNS queries
    config_file_service_registration
                  for services and checks in configuration files

    $ lictor acl set-agent-token agent c4d0f8df-3aba-4ab6-a7a0-35b760dc29a1`,
  api: DATACENTER,
  flags: {},
  async run({ args, client, print }) {
    const [type, token] = args;
    if (type === undefined) throw new CommandError('Error! Missing TYPE and TOKEN arguments');
    if (token === undefined) throw new CommandError('Error! Missing TOKEN argument');
    if (args.length > 2) {
      throw new CommandError(`Error! Too many arguments: expected 2 got ${args.length}`);
    }
    const kind = Object.hasOwn(KINDS, type) ? KINDS[type]! : undefined;
    if (kind === undefined) throw new CommandError('Unknown token type');
    const quoted = JSON.stringify(type);
    await orFail(
      `Failed to set ACL token ${quoted}`,
      client.request(put(`/v1/agent/token/${kind}`, { Token: token })),
    );
    print(`ACL token ${quoted} set successfully`);
  },
});
