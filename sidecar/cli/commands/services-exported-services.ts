/** `services exported-services`: which services other datacenters may see. */
import type { ResolvedExportedService } from '../../../protocol/types/catalog.ts';
import { renderJSON } from '../../client/json.ts';
import { DATACENTER, PARTITION } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import { renderColumns } from '../output.ts';

export const command = defineCommand({
  usage: 'services exported-services [options]',
  about: `Lists the services that are exported, each with its consumers. Wildcards are
spelled out.

    $ lictor services exported-services`,
  api: [...DATACENTER, ...PARTITION],
  flags: {
    filter: flag.text('Expression that the services must fulfil.'),
    format: flag.text('Form of the output: pretty (the default) or json.'),
  },
  async run({ flags, client, print }) {
    const format = flags.format || 'pretty';
    if (format !== 'pretty' && format !== 'json') {
      throw new CommandError('Invalid format, valid formats are {pretty|json}');
    }
    const services = await orFail(
      'Error reading exported services',
      client.json<ResolvedExportedService[]>({
        path: '/v1/exported-services',
        query: { filter: flags.filter || undefined },
      }),
    );
    if (services.length === 0) print('No exported services found');
    else print(format === 'json' ? renderJSON(services, '    ') : renderTable(services));
  },
});

function renderTable(services: readonly ResolvedExportedService[]): string {
  const rows = services.map(({ Service, Consumers }) => [
    Service,
    (Consumers.Peers ?? []).join(', '),
  ]);
  return renderColumns([['Service', 'Consumer Peers'], ...rows]);
}
