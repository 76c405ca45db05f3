/** `watch`: prints a view once, or runs a program at the start and after every change. */
import type { ChildProcess } from 'node:child_process';
import { parseBool } from '../../client/client-config.ts';
import { renderJSON } from '../../client/json.ts';
import { sendReading } from '../../client/watch/http-handler.ts';
import { runScript } from '../../client/watch/script-handler.ts';
import { WatchParameterError, WatchParameters } from '../../client/watch/watch-parameters.ts';
import { WatchRunner } from '../../client/watch/watch-runner.ts';
import { parseWatchSource } from '../../client/watch/watch-source.ts';
import type { WatchPosition, WatchSource } from '../../client/watch/watch-source.ts';
import { DATACENTER } from '../api-flags.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import type { CommandIO } from '../command-io.ts';
import { flag } from '../flags.ts';
import type { FlagSpecs, FlagValues } from '../flags.ts';

/** Views that need a proxy beside the watch. */
const AGENT_ONLY_TYPES = ['connect_roots', 'connect_leaf', 'agent_service'];

const FLAGS = {
  filter: flag.text('Expression that the results must fulfil.'),
  'http-handler': flag.text('URL that is told of each change, in place of a program.', 'url'),
  'http-header': flag.map('Header of the request to -http-handler; may be given several times.'),
  'http-method': flag.text('Method of that request. The default is POST.', 'string', 'POST'),
  'http-skip-verify': flag.bool('Do not verify the certificate of -http-handler.'),
  'http-timeout': flag.text('How long that request may take. The default is 10s.', 'duration'),
  key: flag.text("The key to watch. Only for type 'key'."),
  name: flag.text("Only events of this name. Only for type 'event'."),
  passingonly: flag.text(
    "Only instances whose checks all pass. Only for type 'service'. The default is false.",
    '[true|false]',
  ),
  prefix: flag.text("The prefix to watch. Only for type 'keyprefix'."),
  service: flag.text("The service to watch. Needed by type 'service', optional for 'checks'."),
  shell: flag.bool(
    'Give the command to a shell ($SHELL, else /bin/sh). The default is true.',
    true,
  ),
  'skip-initial': flag.bool('Do nothing at the start, only after a change. The default is false.'),
  state: flag.text("Only checks in this state. Optional for type 'checks'."),
  tag: flag.list("Only instances with this tag. For type 'service', several times if need be."),
  type: flag.text('What to watch: key, keyprefix, services, nodes, service, checks or event.'),
} satisfies FlagSpecs;

export const command = defineCommand({
  usage: 'watch [options] [child...]',
  about: `Watches a view of the datacenter. With a command, runs it at the start and after
each change, with the result as JSON on its standard input and the index in
CONSUL_INDEX; a command that fails ends the watch. Without one, prints the
result and ends.

With -http-handler, sends each result to a URL, with the index in X-Consul-Index; an
answer that is no success ends the watch.

    $ lictor watch -type=key -key=web/config/rate_limit ./reload.sh
    $ lictor watch -type=nodes -skip-initial -http-handler=http://host/hook
    $ lictor watch -type=service -service=web`,
  api: DATACENTER,
  flags: FLAGS,
  async run({ flags, args, client, io, print, warn }) {
    if (flags.type === '')
      throw new CommandError('Watch type must be specified', { showHelp: true });
    if (AGENT_ONLY_TYPES.includes(flags.type)) {
      throw new CommandError(`Type ${flags.type} is not supported in the CLI tool`);
    }
    const source = parseSource(flags);
    if (flags['http-handler'] !== '' && args.length > 0) {
      throw new CommandError('Only one of a command and -http-handler may be provided');
    }
    // A watch bears failures and goes on trying; a wrong address should still be told at once.
    await orFail('Error querying Consul agent', client.request({ path: '/v1/status/leader' }));
    const stopped = new AbortController();
    const signal = AbortSignal.any([io.signal, stopped.signal]);
    const children = new ChildSignals(io.signal);
    const runner = new WatchRunner({
      client,
      source,
      skipInitial: flags['skip-initial'],
      async onChange(value, position) {
        if (flags['http-handler'] !== '') {
          await tell(flags, value, position, signal);
          return;
        }
        if (args.length === 0) {
          print(renderJSON(value, '    '));
          stopped.abort();
          return;
        }
        const options = { command: args, shell: flags.shell, environment: io.env, cwd: io.cwd };
        const onStart = (child: ChildProcess) => children.forward(child);
        await runScript({ ...options, output: 'inherit', onStart }, value, position);
      },
      onError(error, retryMs) {
        const reason = JSON.stringify(error.message);
        const text = `Watch errored: type=${flags.type} error=${reason} retry=${retryMs / 1000}s`;
        warn(`${new Date().toISOString()} [ERROR] watch.watch: ${text}`);
      },
    });
    try {
      await runner.run(signal);
    } catch (error) {
      // A handler that the signal ended did not fail.
      if (!io.signal.aborted) throw new CommandError((error as Error).message);
    }
  },
});

async function tell(
  flags: FlagValues<typeof FLAGS>,
  value: unknown,
  position: WatchPosition,
  signal: AbortSignal,
): Promise<void> {
  const config = {
    path: flags['http-handler'],
    method: flags['http-method'],
    header: flags['http-header'],
    timeout: flags['http-timeout'],
    tls_skip_verify: flags['http-skip-verify'],
  };
  const { status, output } = await sendReading(config, value, position, signal).catch(
    (error: Error) => {
      throw new Error(`Error invoking handler: ${error.message}`);
    },
  );
  if (status < 200 || status >= 300) {
    throw new Error(`Error executing handler: status ${status} (${output.trim()})`);
  }
}

/** Passes the signals that end the watch on to the running handler. */
class ChildSignals {
  readonly #signal: AbortSignal;

  constructor(signal: CommandIO['signal']) {
    this.#signal = signal;
  }

  forward(child: ChildProcess): void {
    const kill = () => child.kill(this.#signal.reason as NodeJS.Signals);
    if (this.#signal.aborted) kill();
    this.#signal.addEventListener('abort', kill, { once: true });
    child.once('exit', () => this.#signal.removeEventListener('abort', kill));
  }
}

function parseSource(flags: FlagValues<typeof FLAGS>): WatchSource {
  const { type, shell: _shell, passingonly, tag, ...rest } = flags;
  const parameters: Record<string, unknown> = {};
  for (const name of ['filter', 'key', 'name', 'prefix', 'service', 'state'] as const) {
    if (rest[name] !== '') parameters[name] = rest[name];
  }
  if (tag.length > 0) parameters['tag'] = tag;
  if (passingonly !== '') parameters['passingonly'] = parsePassingOnly(passingonly);
  try {
    return parseWatchSource(type, new WatchParameters(parameters));
  } catch (error) {
    if (error instanceof WatchParameterError) throw new CommandError(error.message);
    throw error;
  }
}

function parsePassingOnly(text: string): boolean {
  const value = parseBool(text);
  if (value === undefined) {
    const quoted = JSON.stringify(text);
    throw new CommandError(
      `Failed to parse passingonly flag: strconv.ParseBool: parsing ${quoted}: invalid syntax`,
    );
  }
  return value;
}
