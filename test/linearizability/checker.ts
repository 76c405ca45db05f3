/** Builds and runs the Go program in checker/. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { PROGRAMS, requireProgram } from '../../scripts/programs.ts';

export interface Verdict {
  readonly isLinearizable: boolean;
  readonly words: string;
}

export class Checker {
  readonly #program: string;

  /** @throws when Go is missing, or does not build it */
  constructor(output: string) {
    this.#program = path.join(output, 'checker');
    const sources = path.join(import.meta.dirname, 'checker');
    const build = spawnSync(requireProgram(PROGRAMS.go), ['build', '-o', this.#program, '.'], {
      cwd: sources,
      encoding: 'utf8',
    });
    if (build.status !== 0) throw new Error(`the checker does not build:\n${build.stderr}`);
  }

  check(file: string): Verdict {
    const run = spawnSync(this.#program, [file], { encoding: 'utf8' });
    if (run.status === null) throw run.error ?? new Error('the checker was killed');
    return { isLinearizable: run.status === 0, words: (run.stdout + run.stderr).trim() };
  }
}
