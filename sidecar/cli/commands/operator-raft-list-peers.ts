/** `operator raft list-peers`: the one server that a datacenter has, in the form of Consul's list. */
import { DATACENTER } from '../api-flags.ts';
import { defineCommand, orFail } from '../command.ts';
import { renderColumns } from '../output.ts';

interface RaftServer {
  readonly ID: string;
  readonly Node: string;
  readonly Address: string;
  readonly Leader: boolean;
  readonly Voter: boolean;
  readonly ProtocolVersion: string;
  readonly LastIndex: number;
}

const HEAD = [
  'Node',
  'ID',
  'Address',
  'State',
  'Voter',
  'RaftProtocol',
  'Commit Index',
  'Trails Leader By',
];

export const command = defineCommand({
  usage: 'operator raft list-peers [options]',
  about: `Prints the servers of the datacenter. In Lictor that is always one, the durable
object, which leads and votes alone.

    $ lictor operator raft list-peers`,
  api: DATACENTER,
  flags: {},
  async run({ client, print }) {
    const { Servers } = await orFail(
      'Error getting peers: Failed to retrieve raft configuration',
      client.json<{ Servers: readonly RaftServer[] }>({ path: '/v1/operator/raft/configuration' }),
    );
    const leader = Servers.find((server) => server.Leader);
    const rows = Servers.map((server) => [
      server.Node,
      server.ID,
      server.Address,
      server.Leader ? 'leader' : 'follower',
      String(server.Voter),
      server.ProtocolVersion,
      String(server.LastIndex),
      server.Leader ? '-' : `${(leader?.LastIndex ?? 0) - server.LastIndex} commits`,
    ]);
    print(renderColumns([HEAD, ...rows]));
  },
});
