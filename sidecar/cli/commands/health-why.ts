/** `health why`: which instances of a service are out, and for what reason. */
import type {
  HealthReason,
  HealthWhy,
  InstanceVerdict,
} from '../../../protocol/types/health-why.ts';
import { renderJSON } from '../../client/json.ts';
import { DATACENTER } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { type Paint, paintFor } from '../terminal.ts';

/** Exit codes: scripts tell a service with nobody left from one that is merely reduced. */
const NONE_LEFT = 2;

export const command = defineCommand({
  usage: 'health why [options] SERVICE',
  about: `Says of every instance of a service whether clients are given it, and why not:
checks, maintenance, a lost agent, weights. Of a service without instances it
says who removed the last ones.

    $ lictor health why web
    $ lictor health why -watch web

Exits with 0 while DNS gives out any instance, and with 2 when there is none.`,
  api: DATACENTER,
  flags: {
    format: flag.text('Form of the output: pretty (the default) or json.'),
    watch: flag.bool('Go on and show each change, on a terminal in its place.'),
  },
  async run({ flags, args, client, io, print }) {
    const format = flags.format || 'pretty';
    if (format !== 'pretty' && format !== 'json') {
      throw new CommandError('Invalid format, valid formats are {pretty|json}');
    }
    const [service] = args;
    if (service === undefined || args.length > 1) {
      throw new CommandError('Error: the command takes the name of one service');
    }
    const path = `/v1/health/why/${encodeURIComponent(service)}`;
    const paint = paintFor(io.stdout, io);
    const ask = (): Promise<HealthWhy> =>
      orFail('Error explaining the service', client.json<HealthWhy>({ path }));
    const render = (answer: HealthWhy): string =>
      format === 'json' ? renderJSON(answer, '    ') : renderWhy(answer, paint);
    if (flags.watch) {
      const { showLive } = await import('../live-command.ts');
      await showLive(io, async () => render(await ask()));
      return 0;
    }
    const why = await ask();
    print(render(why));
    return why.Instances.some(({ InDNS }) => InDNS) ? 0 : NONE_LEFT;
  },
});

function renderWhy({ Service, Instances, LastRemoved }: HealthWhy, paint: Paint): string {
  if (Instances.length === 0) return renderAbsence(Service, LastRemoved);
  const passing = Instances.filter(({ Passing }) => Passing).length;
  const inDNS = Instances.filter(({ InDNS }) => InDNS).length;
  const head = `${Service}: ${Instances.length} instances, ${passing} passing, ${inDNS} in DNS`;
  return [head, ...Instances.map((instance) => renderInstance(instance, paint))].join('\n\n');
}

function renderAbsence(service: string, removed: HealthWhy['LastRemoved']): string {
  const lines = removed.map(
    ({ Node, ServiceID, At, By }) => `  ${ServiceID} on ${Node} was removed at ${At} by ${By}`,
  );
  return [`${service}: no instances`, ...lines].join('\n');
}

function renderInstance(instance: InstanceVerdict, paint: Paint): string {
  const { Node, ServiceID, Address, Port, Passing, InDNS, Weight, Reasons } = instance;
  const state = Passing
    ? paint('in', 'good')
    : InDNS
      ? paint('in DNS only', 'poor')
      : paint('out', 'bad');
  const weight = InDNS ? `, weight ${Weight}` : '';
  return [
    `${ServiceID} on ${Node} (${Address}:${Port}): ${state}${weight}`,
    ...Reasons.flatMap(renderReason),
  ].join('\n');
}

function renderReason({ Text, At, Output }: HealthReason): string[] {
  const when = At === undefined ? '' : ` (${At})`;
  const output = (Output ?? '').trimEnd().split('\n').filter(Boolean);
  return [`  - ${Text}${when}`, ...output.map((line) => `      ${line}`)];
}
