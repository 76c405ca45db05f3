/** The client's tests as one compiled program, run a few at a time: a test that panics takes its own batch along only. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { PROGRAMS, requireProgram } from '../programs.ts';

const PACKAGE = 'github.com/hashicorp/consul/api';
/** Within a batch tests run side by side, as their authors meant them to. */
const BATCH = 12;
/** A batch lasts as long as its slowest test, which mostly waits. */
const BATCHES_AT_ONCE = 2;
/** The slowest, of locks and semaphores, wait for half a minute; a test that hangs must not cost more than that. */
const BATCH_LIMIT_S = 150;
const ALONE_LIMIT_S = 90;

export interface SuiteOptions {
  /** Where the module stands that pins the client. */
  readonly directory: string;
  /** What is started under the name `consul`. */
  readonly program: string;
  readonly scratch: string;
  /** Logs of failed tests go here, each under its name. */
  readonly output: string;
}

export class GoClientSuite {
  readonly #options: SuiteOptions;
  readonly #binary: string;
  /** Test binaries run in the directory of their package. */
  readonly #packageDirectory: string;

  constructor(options: SuiteOptions) {
    this.#options = options;
    this.#binary = path.join(options.scratch, 'api.test');
    this.#go(['test', '-c', '-o', this.#binary, PACKAGE]);
    this.#packageDirectory = this.#go(['list', '-f', '{{.Dir}}', PACKAGE]).trim();
    const wrapper = path.join(options.scratch, 'consul');
    fs.writeFileSync(wrapper, `#!/bin/sh\nexec "${options.program}" "$@"\n`, { mode: 0o755 });
  }

  /** @returns the names of those that failed, alone too: what fails in company only was short of time */
  async run(names: readonly string[]): Promise<Set<string>> {
    const doubtful: string[] = [];
    const batches: string[][] = [];
    for (let at = 0; at < names.length; at += BATCH) batches.push(names.slice(at, at + BATCH));
    const player = async (): Promise<void> => {
      for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
        const log = await this.#play(batch, BATCH_LIMIT_S);
        doubtful.push(...batch.filter((name) => !hasPassed(log, name)));
      }
    };
    await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, player));
    const failed = new Set<string>();
    for (const name of doubtful) {
      const log = await this.#play([name], ALONE_LIMIT_S);
      if (hasPassed(log, name)) continue;
      failed.add(name);
      fs.writeFileSync(path.join(this.#options.output, name), log);
    }
    return failed;
  }

  #go(args: readonly string[]): string {
    const go = requireProgram(PROGRAMS.go);
    const run = spawnSync(go, args, { cwd: this.#options.directory, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`go ${args.join(' ')}:\n${run.stderr}`);
    return run.stdout;
  }

  /** @returns what the tests wrote */
  #play(names: readonly string[], limitS: number): Promise<string> {
    const child: ChildProcess = spawn(
      this.#binary,
      ['-test.v', `-test.timeout=${limitS}s`, '-test.run', `^(${names.join('|')})$`],
      {
        cwd: this.#packageDirectory,
        env: { ...process.env, PATH: `${this.#options.scratch}:${process.env['PATH'] ?? ''}` },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      },
    );
    let log = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (log += text));
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => {
        endGroup(child);
        resolve(log);
      });
    });
  }
}

function hasPassed(log: string, name: string): boolean {
  return new RegExp(`^--- PASS: ${name} `, 'm').test(log);
}

/** A test that panics leaves its agents behind; they are of its process group. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody was left.
  }
}
