/** Runs one command line, with the agent that it is to ask and a folder of files that the cases name. */
import { spawn } from 'node:child_process';
import type { Answer, CommandCase } from './case.ts';

/** The slowest ends by itself within a second; an unreachable name may need a resolver's patience. */
const LIMIT_MS = 30_000;

export interface Stage {
  readonly program: string;
  /** Host and port. */
  readonly agent: string;
  readonly cwd: string;
  /** In CONSUL_HTTP_TOKEN, unless the case says another. */
  readonly token?: string;
}

export function play(one: CommandCase, stage: Stage): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = spawn(stage.program, [...one.args], {
      cwd: stage.cwd,
      stdio: 'pipe',
      env: {
        PATH: process.env['PATH'],
        CONSUL_HTTP_ADDR: stage.agent,
        ...(stage.token && { CONSUL_HTTP_TOKEN: stage.token }),
        ...one.env,
      },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // A command that never reads its input closes the pipe before it is written.
    child.stdin.on('error', () => {});
    child.stdin.end(one.stdin ?? '');
    const interrupt = setTimeout(() => child.kill('SIGINT'), one.interruptMs ?? LIMIT_MS);
    const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS + 5000);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(interrupt);
      clearTimeout(limit);
      resolve({ code, stdout, stderr });
    });
  });
}
