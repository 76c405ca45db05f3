/** `rtt`: the round-trip time between two nodes, out of their network coordinates. */
import { distanceSeconds } from '../../../protocol/coordinate.ts';
import type { Coordinate } from '../../../protocol/types/coordinate.ts';
import type { ConsulClient } from '../../client/http-client.ts';
import { AGENT } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

const MS_PER_SECOND = 1000;

export const command = defineCommand({
  usage: 'rtt [options] node1 [node2]',
  about: `Estimates the round-trip time between two nodes out of the network coordinates
that gossip keeps. The second node is by default that of the agent. With -wan,
names are those of servers with their datacenter, as in "server1.dc1".`,
  api: AGENT,
  flags: { wan: flag.bool('Use the coordinates of the WAN pool.') },
  async run({ flags, args, client, print }) {
    const [first, second] = args;
    if (first === undefined || args.length > 2) {
      throw new CommandError('One or two node names must be specified', { showHelp: true });
    }
    const names = [first, second ?? (await ownName(client, flags.wan))] as const;
    const [left, right] = flags.wan ? await readWAN(client, names) : await readLAN(client, names);
    const text = (distanceSeconds(left, right) * MS_PER_SECOND).toFixed(3);
    const area = flags.wan ? 'WAN' : 'LAN';
    print(`Estimated ${names[0]} <-> ${names[1]} rtt: ${text} ms (using ${area} coordinates)`);
  },
});

interface NodeCoordinate {
  readonly Node: string;
  readonly Coord: Coordinate;
}

type Pair = readonly [Coordinate, Coordinate];

async function ownName(client: ConsulClient, wan: boolean): Promise<string> {
  const self = await orFail(
    'Unable to look up agent info',
    client.json<{ Config: { NodeName: string; Datacenter: string } }>({ path: '/v1/agent/self' }),
  );
  const { NodeName, Datacenter } = self.Config;
  return wan ? `${NodeName}.${Datacenter}` : NodeName;
}

async function readLAN(client: ConsulClient, names: readonly [string, string]): Promise<Pair> {
  const entries = await orFail(
    'Error getting coordinates',
    client.json<NodeCoordinate[]>({ path: '/v1/coordinate/nodes' }),
  );
  const find = (name: string) => {
    const entry = entries.find(({ Node }) => Node === name);
    if (entry === undefined) {
      throw new CommandError(`Could not find a coordinate for node ${JSON.stringify(name)}`);
    }
    return entry.Coord;
  };
  return [find(names[0]), find(names[1])];
}

async function readWAN(client: ConsulClient, names: readonly [string, string]): Promise<Pair> {
  const places = names.map((name) => {
    const dot = name.lastIndexOf('.');
    if (dot < 0) {
      throw new CommandError('Node names must be specified as <node name>.<datacenter> with -wan');
    }
    return { name, node: name.slice(0, dot), datacenter: name.slice(dot + 1) };
  });
  const maps = await orFail(
    'Error getting coordinates',
    client.json<{ Datacenter: string; Coordinates: NodeCoordinate[] | null }[]>({
      path: '/v1/coordinate/datacenters',
    }),
  );
  const find = ({ name, node, datacenter }: (typeof places)[number]) => {
    const entry = maps
      .find(({ Datacenter }) => Datacenter === datacenter)
      // A server's entry may carry its datacenter, as its member name in the WAN pool does.
      ?.Coordinates?.find(({ Node }) => Node === node || Node === name);
    if (entry === undefined) {
      throw new CommandError(`Could not find a coordinate for node ${JSON.stringify(name)}`);
    }
    return entry.Coord;
  };
  return [find(places[0]!), find(places[1]!)];
}
