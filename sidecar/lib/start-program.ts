/** Runs a program in a process group of its own, for checks and for remote execution. */
import { type ChildProcess, spawn } from 'node:child_process';
import net from 'node:net';
import { onChildEnd } from './child-reaper.ts';
import { type PosixSpawn, loadPosixSpawn } from './posix-spawn.ts';
import { killGroup } from './process-group.ts';

export interface ProgramOptions {
  /** The program, found in PATH unless its name holds a slash, and its arguments. */
  readonly args: readonly string[];
  /** Standard output and error alike. */
  readonly onOutput: (chunk: Buffer) => void;
  /** A descendant may hold the pipes after the program ended; so much later its output is given up. */
  readonly pipeGraceMs: number;
  /** For tests: how programs are started. Null is Node's own way. */
  readonly posixSpawn?: PosixSpawn | null;
}

export interface RunningProgram {
  /**
   * The exit code, null after a signal, once the output is complete or given up.
   * Rejects with a NodeJS.ErrnoException for a program that cannot be started.
   */
  readonly ended: Promise<number | null>;
  /** SIGKILL to the whole group, also to what a program that has ended left behind in it. */
  kill(): void;
}

/**
 * The program leads a session and a group; it gets this process's environment and directory, and no input. Descendants that
 * make a group of their own are not killed with it.
 *
 * @throws NodeJS.ErrnoException for what no program can be called (an empty name, a text with a zero byte)
 */
export function startProgram(options: ProgramOptions): RunningProgram {
  const { posixSpawn = loadPosixSpawn() } = options;
  return posixSpawn === null ? startWithNode(options) : startWithPosixSpawn(options, posixSpawn);
}

function startWithPosixSpawn(options: ProgramOptions, posixSpawn: PosixSpawn): RunningProgram {
  const { pid, outputFD } = posixSpawn.spawn(options.args);
  const output = new net.Socket({ fd: outputFD, readable: true, writable: false });
  const ended = new Promise<number | null>((resolve) => {
    let grace: NodeJS.Timeout | undefined;
    let code: number | null | undefined;
    output.on('data', options.onOutput);
    // A pipe that cannot be read any more has ended for us; 'close' follows.
    output.on('error', () => {});
    output.once('close', () => {
      clearTimeout(grace);
      if (code !== undefined) resolve(code);
    });
    onChildEnd(posixSpawn, pid, (exitCode) => {
      code = exitCode;
      if (output.closed) resolve(code);
      else grace = setTimeout(() => output.destroy(), options.pipeGraceMs);
    });
  });
  return { ended, kill: () => killGroup({ pid }) };
}

function startWithNode({ args, onOutput, pipeGraceMs }: ProgramOptions): RunningProgram {
  const child = spawn(args[0]!, args.slice(1), {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { ended: follow(child, onOutput, pipeGraceMs), kill: () => killGroup(child) };
}

function follow(
  child: ChildProcess,
  onOutput: (chunk: Buffer) => void,
  pipeGraceMs: number,
): Promise<number | null> {
  return new Promise((resolve, reject) => {
    let grace: NodeJS.Timeout | undefined;
    const releasePipes = (): void => {
      clearTimeout(grace);
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    child.stdout?.on('data', onOutput);
    child.stderr?.on('data', onOutput);
    child.once('error', (error) => {
      releasePipes();
      reject(error);
    });
    child.once('exit', () => (grace = setTimeout(releasePipes, pipeGraceMs)));
    child.once('close', (code) => {
      releasePipes();
      resolve(code);
    });
  });
}
