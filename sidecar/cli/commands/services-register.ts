/** `services register`: services out of configuration files, or one out of flags. */
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import type { ServiceRegistration } from '../command-io.ts';
import { flag } from '../flags.ts';
import { readServiceFiles } from '../service-files.ts';

export const command = defineCommand({
  usage: 'services register [options] [FILE...]',
  about: `Registers services with the agent, out of configuration files (HCL or JSON) or
by flags. The command returns; the services stay until they are deregistered.

    $ lictor services register web.json
    $ lictor services register -name=web -port=8080 -tag=v1`,
  api: NAMESPACED,
  flags: {
    address: flag.text('Address of the service.'),
    id: flag.text('ID of the service. The default is the name.'),
    kind: flag.text("Kind of the service, such as 'connect-proxy'."),
    meta: flag.map('Metadata of the service. May be given several times.'),
    name: flag.text('Name of the service.'),
    port: flag.int('Port of the service.'),
    socket: flag.text('Path of the Unix socket of the service, in place of address and port.'),
    tag: flag.list('Tag of the service. May be given several times.'),
    'tagged-address': flag.map('Further address, as name=host:port. May be given several times.'),
  },
  async run({ flags, args, client, io, print }) {
    if (args.length === 0 && flags.name === '') {
      throw new CommandError('Service registration requires at least one argument or flags.');
    }
    if (args.length > 0 && (flags.name !== '' || flags.id !== '')) {
      throw new CommandError('Service registration requires arguments or -id, not both.');
    }
    const services = args.length > 0 ? await readServiceFiles(args, io) : [fromFlags(flags)];
    for (const service of services) {
      const name = service.Name ?? '';
      await orFail(
        `Error registering service ${JSON.stringify(name)}`,
        client.request({
          method: 'PUT',
          path: '/v1/agent/service/register',
          body: JSON.stringify(service),
        }),
      );
      print(`Registered service: ${name}`);
    }
  },
});

interface RegistrationFlags {
  readonly address: string;
  readonly id: string;
  readonly kind: string;
  readonly meta: Readonly<Record<string, string>>;
  readonly name: string;
  readonly port: number;
  readonly socket: string;
  readonly tag: readonly string[];
  readonly 'tagged-address': Readonly<Record<string, string>>;
}

function fromFlags(flags: RegistrationFlags): ServiceRegistration {
  const tagged = Object.entries(flags['tagged-address']).map(
    ([name, address]) => [name, parseTaggedAddress(address)] as const,
  );
  return {
    Kind: flags.kind,
    ID: flags.id,
    Name: flags.name,
    Tags: flags.tag,
    Port: flags.port,
    Address: flags.address,
    SocketPath: flags.socket,
    Meta: flags.meta,
    ...(tagged.length > 0 ? { TaggedAddresses: Object.fromEntries(tagged) } : {}),
  };
}

function parseTaggedAddress(text: string): { Address: string; Port: number } {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(text);
  if (match === null) {
    throw new CommandError(`Invalid Tagged Address: address ${text}: missing port in address`);
  }
  if (!/^\d+$/.test(match[3]!)) {
    const port = JSON.stringify(match[3]);
    throw new CommandError(`Invalid Tagged Address: strconv.Atoi: parsing ${port}: invalid syntax`);
  }
  return { Address: match[1] ?? match[2]!, Port: Number(match[3]) };
}
