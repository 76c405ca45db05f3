/** Runs a program and gives all that it said. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The program under test. */
export const lictor = process.env['LICTOR_BIN'] ?? path.join(root, 'bin/lictor');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Never rejects on an exit code: a test judges that. @throws when the program cannot be started or outlives `limitMs`. */
export function runToEnd(
  program: string,
  args: readonly string[],
  options: { limitMs: number; env?: NodeJS.ProcessEnv; cwd?: string },
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { limitMs, env = process.env, cwd = root } = options;
    const child = spawn(program, [...args], { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    // SIGTERM, so that a program which started others can end them.
    const limit = setTimeout(() => {
      child.kill('SIGTERM');
      reject(
        new Error(`${program} ${args.join(' ')} ran longer than ${limitMs} ms\n${stdout}${stderr}`),
      );
    }, limitMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(limit);
      resolve({ code, stdout, stderr });
    });
  });
}
