/** `lock`: runs a program while holding a lock or a slot of a semaphore. */
import { Lock } from '../../client/lock.ts';
import type { Holdable } from '../../client/lock.ts';
import type { ConsulClient } from '../../client/http-client.ts';
import { AbortedError } from '../../client/errors.ts';
import { Semaphore } from '../../client/semaphore.ts';
import { DATACENTER } from '../api-flags.ts';
import { LockedChild } from '../locked-child.ts';
import { CommandError, defineCommand, orFail } from '../command.ts';
import { flag } from '../flags.ts';
import type { FlagSpecs, FlagValues } from '../flags.ts';

/** Exit code with -child-exit-code when the program failed. */
const CHILD_FAILED = 2;
const MONITOR_RETRY_MS = 1000;

const FLAGS = {
  'child-exit-code': flag.bool('Exit with 2 when the program failed. The default value is false.'),
  'monitor-retry': flag.int(
    'How many 5xx answers in a row are borne, a second apart, before the lock counts as lost. The default value is 3.',
    3,
  ),
  n: flag.int(
    'How many may hold it at once; above 1 it is a semaphore. The default value is 1.',
    1,
  ),
  name: flag.text('Name of the session. The default is made out of program and prefix.'),
  'pass-stdin': flag.bool('Pass standard input to the program.'),
  shell: flag.bool(
    'Give the command to a shell ($SHELL, else /bin/sh). The default is true.',
    true,
  ),
  timeout: flag.duration('Give up after so long. The default value is 0, which waits for ever.'),
  try: flag.duration('Former name of -timeout.'),
  verbose: flag.bool('Print what happens.'),
} satisfies FlagSpecs;

export const command = defineCommand({
  usage: 'lock [options] prefix child...',
  about: `Waits for a lock under a key prefix and runs a program while it is held, with
CONSUL_LOCK_HELD=true. When the lock is lost, the program gets SIGTERM, and
SIGKILL five seconds later.

    $ lictor lock locks/backup ./backup.sh
    $ lictor lock -n=3 locks/pool ./worker`,
  api: DATACENTER,
  flags: FLAGS,
  async run({ flags, args, client, io, print, warn }) {
    const [rawPrefix, ...program] = args;
    if (rawPrefix === undefined || program.length === 0) {
      throw new CommandError('Key prefix and child command must be specified');
    }
    requireFlags(flags);
    const prefix = rawPrefix.replace(/^\//, '');
    const { signal } = io;
    const say = flags.verbose ? print : () => {};
    await orFail('Error querying Consul agent', client.request({ path: '/v1/agent/self' }));
    say(
      flags.n === 1
        ? `Setting up lock at path: ${prefix}/.lock`
        : `Setting up semaphore (limit ${flags.n}) at prefix: ${prefix}`,
    );
    const lock = makeLock(client, prefix, program, flags);
    say('Attempting lock acquisition');
    const held = await acquire(lock, signal);
    const environment = { ...io.env, CONSUL_LOCK_HELD: 'true' };
    const options = { command: program, shell: flags.shell, environment, cwd: io.cwd };
    const child = new LockedChild({ ...options, passStdin: flags['pass-stdin'], say });
    say('Starting handler');
    const failure = await child.run(held.lost, signal);
    await cleanUp(lock, say, warn);
    if (failure === undefined) return 0;
    warn(failure);
    return flags['child-exit-code'] ? CHILD_FAILED : 0;
  },
});

function requireFlags(flags: FlagValues<typeof FLAGS>): void {
  if (flags.n <= 0) throw new CommandError('Lock holder limit must be positive');
  if (flags.timeout < 0 || flags.try < 0) throw new CommandError('Timeout must be positive');
  if (flags['monitor-retry'] < 0) {
    throw new CommandError("Number for 'monitor-retry' must be >= 0");
  }
}

function makeLock(
  client: ConsulClient,
  prefix: string,
  program: readonly string[],
  flags: FlagValues<typeof FLAGS>,
): Holdable {
  const options = {
    sessionName: flags.name || `Consul lock for '${program.join(' ')}' at '${prefix}'`,
    monitorRetries: flags['monitor-retry'],
    monitorRetryMs: MONITOR_RETRY_MS,
    timeoutMs: flags.timeout || flags.try,
  };
  if (flags.n === 1) return new Lock(client, `${prefix}/.lock`, options);
  return new Semaphore(client, prefix, { ...options, limit: flags.n });
}

/** What a failed attempt made (a session, a contender's key) is taken away before the command ends. */
async function acquire(
  lock: Holdable,
  signal: AbortSignal,
): Promise<{ readonly lost: Promise<void> }> {
  let failure = 'Shutdown triggered or timeout during lock acquisition';
  try {
    const held = await lock.acquire(signal);
    if (held !== undefined) return held;
  } catch (error) {
    if (!(error instanceof AbortedError) && !signal.aborted) {
      failure = `Lock acquisition failed: ${(error as Error).message}`;
    }
  }
  // The reason above is what the user needs; an agent that is away cannot be told, and the session expires.
  await lock.release().catch(() => false);
  throw new CommandError(failure);
}

async function cleanUp(
  lock: Holdable,
  say: (text: string) => void,
  warn: (text: string) => void,
): Promise<void> {
  try {
    await lock.release();
  } catch (error) {
    warn(`Lock release failed: ${(error as Error).message}`);
    return;
  }
  try {
    say((await lock.destroy()) ? 'Cleanup succeeded' : 'Cleanup aborted, lock in use');
  } catch (error) {
    warn(`Lock cleanup failed: ${(error as Error).message}`);
  }
}
