/** `exec`: runs a command on many nodes, and prints what it says there. */
import { setTimeout as sleep } from 'node:timers/promises';
import { REMOTE_EXEC_PREFIX, type RemoteExecJob } from '../../../protocol/remote-exec.ts';
import { DATACENTER } from '../api-flags.ts';
import { CommandError, defineCommand } from '../command.ts';
import { ExecWait } from '../exec/exec-wait.ts';
import { type EventFilters, RemoteJob } from '../exec/remote-job.ts';
import { flag } from '../flags.ts';
import { readArgument } from '../input.ts';
import type { CommandIO } from '../command-io.ts';
import { compilePattern } from '../pattern.ts';

const NS_PER_MS = 1e6;
const DEFAULT_WAIT_MS = 2000;
const DEFAULT_REPLICATION_WAIT_MS = 200;
/** A job that is larger fits no KV value. */
const MAX_SCRIPT_BYTES = 300 * 1024;

export const command = defineCommand({
  usage: 'exec [options] [-|command...]',
  about: `Runs a command on the nodes of a datacenter and prints what it says there. With
"-" a script is read from standard input. Regular expressions choose the nodes.

Agents do so only where their configuration says disable_remote_exec = false:
whoever may write keys and fire events can then run anything on those hosts.

    $ lictor exec uptime
    $ lictor exec -service=web -tag=v2 'systemctl restart web'`,
  api: DATACENTER,
  flags: {
    node: flag.text('Regular expression of node names.'),
    prefix: flag.text(
      'Prefix of the keys that job and answers lie under.',
      'string',
      REMOTE_EXEC_PREFIX,
    ),
    service: flag.text('Regular expression of service names: only nodes that run one.'),
    shell: flag.bool('Give the command to a shell. The default is true.', true),
    tag: flag.text('Regular expression of service tags. Only together with -service.'),
    verbose: flag.bool('Print what happens.'),
    wait: flag.duration(
      'End after so long without any answer. The default is 2s.',
      DEFAULT_WAIT_MS,
    ),
    'wait-repl': flag.duration(
      'How long the job lies before the nodes are told, so that it has reached them. The default is 200ms.',
      DEFAULT_REPLICATION_WAIT_MS,
    ),
  },
  async run({ flags, args, client, io, print }) {
    const job = await readJob(args, flags.shell, io);
    await requireFilters(flags);
    const say = flags.verbose ? print : () => {};
    const remote = await RemoteJob.open(client, flags.prefix);
    say(`Created remote execution session: ${remote.place.session}`);
    let code = 1;
    try {
      await remote.upload({ ...job, Wait: Math.max(0, flags.wait) * NS_PER_MS });
      say('Uploaded remote execution spec');
      await sleep(Math.max(0, flags['wait-repl']));
      say(`Fired remote execution event: ${await remote.fire(flags)}`);
      const wait = new ExecWait({ client, place: remote.place, waitMs: flags.wait, print, say });
      code = await wait.run(io.signal);
    } finally {
      await remote.close();
    }
    return code;
  },
});

type Unwaited = Omit<RemoteExecJob, 'Wait'>;

async function readJob(args: readonly string[], shell: boolean, io: CommandIO): Promise<Unwaited> {
  if (args[0] === '-') {
    const script = await readArgument('-', io).catch((error: Error) => {
      throw new CommandError(error.message);
    });
    if (script.length > 0) return { Script: requireSize(script).toString('base64') };
  } else if (args.join(' ') !== '') {
    return shell ? { Command: args.join(' ') } : { Args: [...args] };
  }
  throw new CommandError('Must specify a command to execute', { showHelp: true });
}

function requireSize(script: Buffer): Buffer {
  if (script.length <= MAX_SCRIPT_BYTES) return script;
  throw new CommandError(`The script has more than ${MAX_SCRIPT_BYTES} bytes`);
}

async function requireFilters(flags: EventFilters): Promise<void> {
  if (flags.tag !== '' && flags.service === '') {
    throw new CommandError('Cannot provide tag filter without service filter.');
  }
  for (const what of ['node', 'service', 'tag'] as const) {
    if (flags[what] === '') continue;
    await compilePattern(flags[what], `Failed to compile ${what} filter regexp`);
  }
}
