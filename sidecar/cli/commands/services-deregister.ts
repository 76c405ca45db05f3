/** `services deregister`: the services of configuration files, or one by its ID. */
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { readServiceFiles } from '../service-files.ts';

export const command = defineCommand({
  usage: 'services deregister [options] [FILE...]',
  about: `Deregisters services from the agent that they were registered with.

    $ lictor services deregister web.json db.json
    $ lictor services deregister -id=web`,
  api: NAMESPACED,
  flags: { id: flag.text('ID of the service. It excludes files.') },
  async run({ flags, args, client, io, print }) {
    if (args.length === 0 && flags.id === '') {
      throw new CommandError('Service deregistration requires at least one argument or -id.');
    }
    if (args.length > 0 && flags.id !== '') {
      throw new CommandError('Service deregistration requires arguments or -id, not both.');
    }
    const services = args.length > 0 ? await readServiceFiles(args, io) : [{ ID: flags.id }];
    for (const service of services) {
      const id = service.ID || (service.Name ?? '');
      if (id === '') continue;
      await orFail(
        `Error deregistering service ${JSON.stringify(service.Name ?? '')}`,
        client.request({
          method: 'PUT',
          path: `/v1/agent/service/deregister/${encodeURIComponent(id)}`,
        }),
      );
      print(`Deregistered service: ${id}`);
    }
  },
});
