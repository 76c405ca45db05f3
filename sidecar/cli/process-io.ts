/** A command's surroundings in a real process. */
import type { CommandIO, CommandServices } from './command-io.ts';

/** The signals by which a user or a supervisor ends a command. */
const ENDING_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

export function makeProcessIO(services: CommandServices): CommandIO {
  let controller: AbortController | undefined;
  let stdout: CommandIO['stdout'] | undefined;
  return {
    // Making a stream costs milliseconds, and most commands use one of the three.
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return (stdout ??= takeOutput());
    },
    get stderr() {
      return process.stderr;
    },
    env: process.env,
    cwd: process.cwd(),
    services,
    get signal() {
      controller ??= takeSignals();
      return controller.signal;
    },
  };
}

function takeOutput(): CommandIO['stdout'] {
  // A reader that went away (`| head`) is no failure of the command, and nothing more can be said to it.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return process.stdout;
}

function takeSignals(): AbortController {
  const controller = new AbortController();
  for (const signal of ENDING_SIGNALS) process.on(signal, () => controller.abort(signal));
  return controller;
}
