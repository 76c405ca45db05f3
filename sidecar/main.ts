/** The program: `agent` and `dev` run here, every other command is the command line's. */
import { enableCompileCache } from 'node:module';

// A short command's time is mostly that of loading its code.
enableCompileCache();

async function main(args: string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command === 'agent' || command === 'dev') {
    const options = {
      args: rest,
      env: process.env,
      cwd: process.cwd(),
      stdout: process.stdout,
      stderr: process.stderr,
    };
    if (command === 'dev') return (await import('./run-dev.ts')).runDev(options);
    return (await import('./run-agent.ts')).runAgent(options);
  }
  const { runCommandLine } = await import('./cli/run.ts');
  return runCommandLine(args);
}

process.exitCode = await main(process.argv.slice(2));
