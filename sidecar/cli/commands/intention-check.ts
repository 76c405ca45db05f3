/** `intention check`: whether a connection would be allowed. */
import { NAMESPACED } from '../api-flags.ts';
import { CommandError, defineCommand } from '../command.ts';

const ALLOWED = 0;
const DENIED = 1;
/** Neither: the question could not be asked. */
const FAILED = 2;

export const command = defineCommand({
  usage: 'intention check [options] SRC DST',
  about: `Prints whether SRC may connect to DST. The exit code is 0 when it may, 1 when
it may not, and 2 when that cannot be told.

    $ lictor intention check web db`,
  api: NAMESPACED,
  usageExitCode: FAILED,
  flags: {},
  async run({ args, client, print }) {
    const [source, destination] = args;
    if (source === undefined || destination === undefined || args.length > 2) {
      throw new CommandError('Error: command requires exactly two arguments: src and dst', {
        exitCode: FAILED,
      });
    }
    try {
      const path = '/v1/connect/intentions/check';
      const query = { source, destination };
      const { Allowed } = await client.json<{ Allowed: boolean }>({ path, query });
      print(Allowed ? 'Allowed' : 'Denied');
      return Allowed ? ALLOWED : DENIED;
    } catch (error) {
      throw new CommandError(`Error checking the connection: ${(error as Error).message}`, {
        exitCode: FAILED,
      });
    }
  },
});
