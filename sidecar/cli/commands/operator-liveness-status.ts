/** `operator liveness status`: nodes in doubt, and the brake on mass failures. Consul has no such command. */
import type { LivenessStatus } from '../../../protocol/types/liveness.ts';
import { renderJSON } from '../../client/json.ts';
import { DATACENTER } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

/** Scripts tell by the exit code that somebody has to look. */
const ENGAGED = 2;

export const command = defineCommand({
  usage: 'operator liveness status [options]',
  about: `Shows which nodes are in doubt, for their link is down and members are asked about
them, and whether the brake on mass failures is engaged: nodes that it holds stay in
service though they failed.

Exits with 2 while the brake is engaged, and with 0 otherwise.`,
  api: DATACENTER,
  flags: { format: flag.text('Form of the output: pretty (the default) or json.') },
  maxArguments: 0,
  async run({ flags, client, print }) {
    const format = flags.format || 'pretty';
    if (format !== 'pretty' && format !== 'json') {
      throw new CommandError('Invalid format, valid formats are {pretty|json}');
    }
    const status = await orFail(
      'Error reading the status',
      client.json<LivenessStatus>({ path: '/v1/operator/liveness' }),
    );
    print(format === 'json' ? renderJSON(status, '    ') : render(status));
    return status.Brake?.Engaged === true ? ENGAGED : 0;
  },
});

function render({ Doubted, Brake }: LivenessStatus): string {
  const doubted = Doubted.length === 0 ? 'none' : Doubted.join(', ');
  return `In doubt: ${doubted}\nBrake:    ${renderBrake(Brake)}`;
}

function renderBrake(brake: LivenessStatus['Brake']): string {
  if (brake === null) return 'off (liveness.mass_failure_share)';
  const limit = `${Math.round(brake.Share * 100)} % of the nodes within ${brake.WindowMs / 1000} s`;
  return brake.Engaged
    ? `ENGAGED: more than ${limit} failed; held: ${brake.Held.join(', ')}`
    : `ready, at ${limit}`;
}
