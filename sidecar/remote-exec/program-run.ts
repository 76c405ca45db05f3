/** Starts what a job says, as the leader of a process group that is killed with it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { EXIT_BY_SIGNAL, EXIT_NOT_STARTED } from '../../protocol/remote-exec.ts';
import { type RunningProgram as StartedProgram, startProgram } from '../lib/start-program.ts';
import type { Program } from './job.ts';

/** A descendant may hold the pipes after the program ended; what it still says belongs to nobody. */
const PIPE_GRACE_MS = 500;

export interface RunningProgram {
  /** The exit code, once the output is complete. Never rejects. */
  readonly ended: Promise<number>;
  /** Kills the whole process group: a shell's children must not outlive the job. */
  kill(): void;
}

/** @param onOutput standard output and error alike, as they come */
export function runProgram(program: Program, onOutput: (chunk: Buffer) => void): RunningProgram {
  let running: StartedProgram | undefined;
  let isKilled = false;
  const kill = (): void => {
    isKilled = true;
    running?.kill();
  };
  const work = async (args: readonly string[]): Promise<number> => {
    if (isKilled) return EXIT_BY_SIGNAL;
    try {
      running = startProgram({ args, onOutput, pipeGraceMs: PIPE_GRACE_MS });
      return (await running.ended) ?? EXIT_BY_SIGNAL;
    } catch {
      // It does not exist, may not be run, or is what no program can be called.
      return EXIT_NOT_STARTED;
    } finally {
      // What the program left running in its group ends with the job.
      running?.kill();
    }
  };
  return { ended: run(program, work), kill };
}

async function run(
  program: Program,
  work: (args: readonly string[]) => Promise<number>,
): Promise<number> {
  if (program.kind === 'arguments') return work(program.args);
  const shell = process.env['SHELL'] || '/bin/sh';
  if (program.kind === 'command') return work([shell, '-c', program.text]);
  const folder = await mkdtemp(path.join(os.tmpdir(), 'rexec-'));
  try {
    const file = path.join(folder, 'script');
    await writeFile(file, program.bytes, { mode: 0o700 });
    // A shell, because the script need not begin with the name of its interpreter.
    return await work([shell, '-c', file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
