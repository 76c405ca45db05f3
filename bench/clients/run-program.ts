/** Runs a measuring program to its end and gives its standard output. */
import { spawn } from 'node:child_process';

// A load program that outlives its own duration by this much hangs.
const GRACE_MS = 30_000;

/** @throws when it cannot start, ends with another code than 0, or outlives `seconds` by the grace. */
export function runProgram(
  program: string,
  args: readonly string[],
  seconds: number,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000 + GRACE_MS)]);
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], signal: limit });
    let out = '';
    let complaints = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(out);
      else
        reject(new Error(`${program} ${args.join(' ')} ended with ${code}: ${complaints || out}`));
    });
  });
}
