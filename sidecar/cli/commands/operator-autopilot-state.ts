/** `operator autopilot state`: how the datacenter's one server fares. */
import { renderJSON } from '../../client/json.ts';
import { DATACENTER } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

interface AutopilotServer {
  readonly Name: string;
  readonly Address: string;
  readonly Version: string;
  readonly Status: string;
  readonly NodeType: string;
  readonly NodeStatus: string;
  readonly Healthy: boolean;
  readonly LastContact: string;
  readonly LastTerm: number;
  readonly LastIndex: number;
  readonly Meta: Readonly<Record<string, string>> | null;
}

interface AutopilotState {
  readonly Healthy: boolean;
  readonly FailureTolerance: number;
  readonly OptimisticFailureTolerance: number;
  readonly Leader: string;
  readonly Voters: readonly string[];
  readonly Servers: Readonly<Record<string, AutopilotServer>>;
}

export const command = defineCommand({
  usage: 'operator autopilot state [options]',
  about: `Prints the health of the datacenter's servers. In Lictor that is one, healthy
whenever it answers.

    $ lictor operator autopilot state`,
  api: DATACENTER,
  maxArguments: 0,
  flags: { format: flag.text('pretty or json.', 'string', 'pretty') },
  async run({ flags, client, print }) {
    if (flags.format !== 'pretty' && flags.format !== 'json') {
      throw new CommandError(`Unknown format: ${flags.format}`);
    }
    const state = await orFail(
      'Error querying Autopilot state',
      client.json<AutopilotState>({ path: '/v1/operator/autopilot/state' }),
    );
    print(flags.format === 'json' ? renderJSON(state, '    ') : renderState(state));
  },
});

function renderState(state: AutopilotState): string {
  const servers = Object.entries(state.Servers).map(([id, server]) => renderServer(id, server));
  return [
    `Healthy:                      ${state.Healthy}`,
    `Failure Tolerance:            ${state.FailureTolerance}`,
    `Optimistic Failure Tolerance: ${state.OptimisticFailureTolerance}`,
    `Leader:                       ${state.Leader}`,
    'Voters:',
    ...state.Voters.map((id) => `   ${id}`),
    'Servers:',
    ...servers,
  ].join('\n');
}

function renderServer(id: string, server: AutopilotServer): string {
  const facts: [string, unknown][] = [
    ['Name:', server.Name],
    ['Address:', server.Address],
    ['Version:', server.Version],
    ['Status:', server.Status],
    ['Node Type:', server.NodeType],
    ['Node Status:', server.NodeStatus],
    ['Healthy:', server.Healthy],
    ['Last Contact:', server.LastContact],
    ['Last Term:', server.LastTerm],
    ['Last Index:', server.LastIndex],
  ];
  const meta = Object.entries(server.Meta ?? {}).toSorted();
  return [
    `   ${id}`,
    ...facts.map(([name, value]) => `      ${name.padEnd(17)}${String(value)}`),
    ...(meta.length === 0 ? [] : ['      Meta']),
    ...meta.map(([key, value]) => `         ${JSON.stringify(key)}: ${JSON.stringify(value)}`),
    '',
  ].join('\n');
}
