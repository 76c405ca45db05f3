/** `monitor`: the agent's log lines as they are written. */
import { AGENT } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';

export const command = defineCommand({
  usage: 'monitor [options]',
  about: `Prints the log of the agent as it is written, until interrupted. The level may
be finer than the one the agent itself writes.`,
  api: AGENT,
  flags: {
    'log-json': flag.bool('Print each line as a JSON object.'),
    'log-level': flag.text('trace, debug, info, warn or error.', 'string', 'INFO'),
  },
  async run({ flags, client, io }) {
    const { signal } = io;
    const query = {
      loglevel: flags['log-level'],
      logjson: flags['log-json'] ? 'true' : undefined,
    };
    const opening = client.stream({ path: '/v1/agent/monitor', query, signal });
    try {
      const stream = await orFail('Error starting monitor', opening);
      for await (const chunk of stream as AsyncIterable<Buffer>) io.stdout.write(chunk);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof CommandError) throw error;
      throw new CommandError(`Error: ${(error as Error).message}`);
    }
    if (!signal.aborted)
      io.stderr.write(
        '\nRemote side ended the monitor! This usually means that the\nremote side has exited or crashed.\n',
      );
  },
});
