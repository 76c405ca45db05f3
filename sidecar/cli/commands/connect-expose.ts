/** `connect expose`: a service of the mesh behind an ingress gateway, with the intention that lets the gateway reach it. */
import { StatusError } from '../../client/errors.ts';
import type { ConsulClient } from '../../client/http-client.ts';
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

interface IngressService {
  Name: string;
  Hosts: readonly string[] | null;
}

interface IngressListener {
  Port: number;
  Protocol: string;
  Services: IngressService[];
}

interface IngressGateway {
  Kind: 'ingress-gateway';
  Name: string;
  Listeners: IngressListener[] | null;
  ModifyIndex?: number;
}

export const command = defineCommand({
  usage: 'connect expose [options]',
  about: `Exposes a service of the mesh through an ingress gateway: adds the service to the
listener of the gateway's configuration entry, and an intention that lets the
gateway connect to the service.

    $ lictor connect expose -service=web -ingress-gateway=front -port=8080 \\
        -protocol=http`,
  api: NAMESPACED,
  flags: {
    'ingress-gateway': flag.text('Name of the gateway. Required.'),
    service: flag.text('Name of the service that is exposed. Required.'),
    port: flag.int('Port of the listener. Required.'),
    protocol: flag.text('Protocol of the service.', 'string', 'tcp'),
    host: flag.list('Name by which clients ask for the service. May be given several times.'),
  },
  async run({ flags, client, print }) {
    const { service, port, protocol, host: hosts } = flags;
    const gateway = flags['ingress-gateway'];
    if (service === '') {
      throw new CommandError('A service name must be given via the -service flag.');
    }
    if (gateway === '') {
      throw new CommandError(
        'An ingress gateway service must be given via the -ingress-gateway flag.',
      );
    }
    if (port === 0) throw new CommandError('A port must be provided via the -port flag.');
    const entry = await readGateway(client, gateway);
    const listener = { Port: port, Protocol: protocol };
    const exposed = { Name: service, Hosts: hosts.length === 0 ? null : hosts };
    if (addService(entry, listener, exposed)) {
      print(`Updating service definition for "${service}" on listener with port ${port}`);
    }
    await writeGateway(client, entry);
    print(`Successfully updated config entry for ingress service "${gateway}"`);
    print(await allow(client, gateway, service));
  },
});

async function readGateway(client: ConsulClient, name: string): Promise<IngressGateway> {
  try {
    return await client.json<IngressGateway>({
      path: `/v1/config/ingress-gateway/${encodeURIComponent(name)}`,
    });
  } catch (error) {
    if (error instanceof StatusError && error.status === 404) {
      return { Kind: 'ingress-gateway', Name: name, Listeners: null };
    }
    throw new CommandError(
      `Error fetching existing ingress gateway configuration: ${(error as Error).message}`,
    );
  }
}

/** @returns whether the service stood on the listener before. @throws CommandError */
function addService(
  entry: IngressGateway,
  { Port, Protocol }: Pick<IngressListener, 'Port' | 'Protocol'>,
  service: IngressService,
): boolean {
  entry.Listeners ??= [];
  const listener = entry.Listeners.find((other) => other.Port === Port);
  if (listener === undefined) {
    entry.Listeners.push({ Port, Protocol, Services: [service] });
    return false;
  }
  if (listener.Protocol !== Protocol) {
    throw new CommandError(
      `Listener on port ${Port} already configured with conflicting protocol "${listener.Protocol}"`,
    );
  }
  const at = listener.Services.findIndex(({ Name }) => Name === service.Name);
  if (at < 0) listener.Services.push(service);
  else listener.Services[at] = { ...listener.Services[at], ...service };
  return at >= 0;
}

/** Somebody else may write the entry at the same time: what was read must still stand. */
async function writeGateway(client: ConsulClient, entry: IngressGateway): Promise<void> {
  const { ModifyIndex = 0, ...body } = entry;
  const written = await orFail(
    'Error writing ingress config entry',
    client.json<boolean>({
      method: 'PUT',
      path: '/v1/config',
      query: { cas: ModifyIndex },
      body: JSON.stringify(body),
    }),
  );
  if (written) return;
  throw new CommandError('Ingress config entry was changed during update, please try again');
}

/** An intention that is there already stays as it is, also where it denies. @returns what happened */
async function allow(client: ConsulClient, gateway: string, service: string): Promise<string> {
  const path = '/v1/connect/intentions/exact';
  const query = { source: gateway, destination: service };
  const pair = `"${gateway}" -> "${service}"`;
  try {
    await client.request({ path, query });
    return `Intention already exists for ${pair}`;
  } catch (error) {
    if (!(error instanceof StatusError && error.status === 404)) {
      throw new CommandError(`Error looking up existing intention: ${(error as Error).message}`);
    }
  }
  const body = JSON.stringify({ SourceType: 'consul', Action: 'allow' });
  await orFail('Error upserting intention', client.request({ method: 'PUT', path, query, body }));
  return `Successfully set up intention for ${pair}`;
}
