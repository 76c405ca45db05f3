/** `services export`: adds a service, or consumers of one, to what other datacenters may see. */
import type { ConsulClient } from '../../client/http-client.ts';
import { StatusError } from '../../client/errors.ts';
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

interface Consumer {
  Peer?: string;
  Partition?: string;
}

interface ExportedServices {
  Kind: string;
  Name: string;
  Services?: { Name: string; Consumers?: Consumer[] }[];
  ModifyIndex?: number;
}

const PATH = '/v1/config/exported-services/default';

export const command = defineCommand({
  usage: 'services export [options] -name <service name> -consumer-peers <other cluster name>',
  about: `Exports a service to cluster peers; consumers that it has already stay.

    $ lictor services export -name=web -consumer-peers=east,west`,
  api: NAMESPACED,
  maxArguments: 0,
  flags: {
    'consumer-partitions': flag.text('Enterprise only: admin partitions to export to.'),
    'consumer-peers': flag.text('Cluster peers to export to, separated by commas.'),
    name: flag.text('Name of the service.'),
  },
  async run({ flags, client, print }) {
    const { name } = flags;
    if (name === '') throw new CommandError('Missing the required -name flag');
    const peers = splitNames('peer', flags['consumer-peers']);
    const partitions = splitNames('partition', flags['consumer-partitions']);
    if (peers.length + partitions.length === 0) {
      throw new CommandError('Missing the required -consumer-peers or -consumer-partitions flag');
    }
    const consumers = [
      ...peers.map((Peer) => ({ Peer })),
      ...partitions.map((Partition) => ({ Partition })),
    ];
    await orFail('Error writing config entry', addConsumers(client, name, consumers));
    const words = [
      ...(peers.length > 0 ? [`to cluster peers ${JSON.stringify(peers.join(','))}`] : []),
      ...(partitions.length > 0 ? [`to partitions ${JSON.stringify(partitions.join(','))}`] : []),
    ];
    print(`Successfully exported service ${JSON.stringify(name)} ${words.join(' and ')}`);
  },
});

function splitNames(what: string, list: string): string[] {
  if (list === '') return [];
  const names = list.split(',').map((name) => name.trim());
  if (names.includes('')) throw new CommandError(`Invalid ${what} ""`);
  return names;
}

/** Another writer between reading and writing makes the write fail instead of losing what that one added. */
async function addConsumers(
  client: ConsulClient,
  service: string,
  consumers: readonly Consumer[],
): Promise<void> {
  const entry = await readEntry(client);
  const services = entry.Services ?? [];
  const known = services.find(({ Name }) => Name === service);
  const all = [...(known?.Consumers ?? [])];
  for (const consumer of consumers) {
    const isThere = all.some(
      ({ Peer, Partition }) => Peer === consumer.Peer && Partition === consumer.Partition,
    );
    if (!isThere) all.push(consumer);
  }
  const others = services.filter(({ Name }) => Name !== service);
  const written = await client.json<boolean>({
    method: 'PUT',
    path: '/v1/config',
    query: { cas: entry.ModifyIndex ?? 0 },
    body: JSON.stringify({ ...entry, Services: [...others, { Name: service, Consumers: all }] }),
  });
  if (!written) throw new Error('the entry was changed by somebody else meanwhile; try again');
}

async function readEntry(client: ConsulClient): Promise<ExportedServices> {
  try {
    return await client.json<ExportedServices>({ path: PATH });
  } catch (error) {
    if (error instanceof StatusError && error.status === 404) {
      return { Kind: 'exported-services', Name: 'default' };
    }
    throw new CommandError(
      `Error reading config entry exported-services/default: ${(error as Error).message}`,
    );
  }
}
