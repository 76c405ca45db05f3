/** `intention list`: all intentions in a table. */
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import type { Intention } from '../intention.ts';
import { renderColumns } from '../output.ts';

export const command = defineCommand({
  usage: 'intention list [options]',
  about: 'Prints all intentions, those that match first at the top.',
  api: NAMESPACED,
  flags: {},
  async run({ client, print }) {
    const intentions = await orFail(
      'Failed to retrieve the intentions list',
      client.json<Intention[]>({ path: '/v1/connect/intentions' }),
    );
    if (intentions.length === 0) {
      throw new CommandError('There are no intentions.', { exitCode: 2 });
    }
    const rows = intentions.map((intention) => [
      intention.ID ?? '',
      intention.SourceName,
      renderAction(intention),
      intention.DestinationName,
      String(intention.Precedence ?? ''),
    ]);
    print(renderColumns([['ID', 'Source', 'Action', 'Destination', 'Precedence'], ...rows]));
  },
});

function renderAction({ Action, Permissions }: Intention): string {
  const count = Permissions?.length ?? 0;
  return count > 0 ? `${count} permissions` : (Action ?? '');
}
