/** `replication list`: what the datacenter follows of others. */
import type { ReplicationState } from '../../../protocol/types/replication.ts';
import { DATACENTER } from '../api-flags.ts';
import { defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { renderColumns } from '../output.ts';

export const command = defineCommand({
  usage: 'replication list [options]',
  about: `Prints what the datacenter follows of others: the configuration entries of the
primary datacenter, and the prefixes of keys that it mirrors.

    $ lictor replication list

Fails (exit code 2) when one of them does not go on.`,
  api: DATACENTER,
  maxArguments: 0,
  flags: { format: flag.text('Output format: pretty or json.', 'pretty') },
  async run({ flags, client, print }) {
    const states = await orFail(
      'Error querying Consul agent',
      client.json<ReplicationState[]>({ path: '/v1/replication' }),
    );
    if (flags.format === 'json') print(JSON.stringify(states, null, 4));
    else print(renderStates(states));
    return states.some(({ Problem }) => Problem !== '') ? 2 : 0;
  },
});

function renderStates(states: readonly ReplicationState[]): string {
  if (states.length === 0) return 'Nothing is replicated to this datacenter.';
  const rows = states.map(({ Name, Source, Position, UpdatedAt, Applied, Problem }) => [
    Name,
    Source.Datacenter,
    Position || '-',
    String(Applied),
    Position === '' ? '-' : UpdatedAt,
    Problem === '' ? 'ok' : 'stopped',
  ]);
  const head = ['Name', 'Source', 'Index', 'Applied', 'Updated', 'State'];
  const problems = states
    .filter(({ Problem }) => Problem !== '')
    .map(({ Name, Problem }) => `\n${Name}: ${Problem}`);
  return [renderColumns([head, ...rows]), ...problems].join('\n');
}
