/**
 * Plays the groups, round by round, on each contender by turns.
 *
 * One agent runs at a time: two would share the cores. The order changes from turn to turn (AB, BA), so that a machine that
 * slows down with time favours neither.
 */
import { mkdirSync } from 'node:fs';
import { Agent, type Contender } from './agent.ts';
import type { BenchOptions } from './options.ts';
import type { Results } from './results.ts';
import type { Workload, WorkloadGroup } from './workloads/workload.ts';

export interface RunnerOptions {
  readonly contenders: readonly Contender[];
  readonly groups: readonly WorkloadGroup[];
  readonly options: BenchOptions;
  readonly dataDir: string;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

export async function runAll(runner: RunnerOptions, results: Results): Promise<void> {
  mkdirSync(runner.dataDir, { recursive: true });
  let turn = 0;
  for (let round = 1; round <= runner.options.rounds; round++) {
    for (const group of runner.groups) {
      if (round > (group.maxRounds ?? round)) continue;
      const order = turn++ % 2 === 0 ? runner.contenders : runner.contenders.toReversed();
      for (const contender of order) {
        runner.progress(
          `round ${round} of ${runner.options.rounds}: ${group.name} on ${contender.name}`,
        );
        await runTurn(runner, contender, group, `r${round}`, results);
      }
    }
  }
}

/** One group on a fresh agent. What fails is noted and the rest goes on; an interrupt ends everything. */
async function runTurn(
  runner: RunnerOptions,
  contender: Contender,
  group: WorkloadGroup,
  run: string,
  results: Results,
): Promise<void> {
  const fail = (what: string, error: unknown): void => {
    runner.signal.throwIfAborted();
    const words = `${what} on ${contender.name}: ${error instanceof Error ? error.message : String(error)}`;
    results.failures.push(words);
    runner.progress(`FAILED ${words}`);
  };
  let agent: Agent;
  try {
    agent = await Agent.start(contender, runner.dataDir, runner.signal);
  } catch (error) {
    return fail(group.name, error);
  }
  try {
    const context = {
      durations: runner.options.durations,
      directory: runner.dataDir,
      run,
      signal: runner.signal,
    };
    for (const workload of group.workloads) {
      try {
        results.add(contender.name, await workload.measure(agent, context));
      } catch (error) {
        fail(ids(workload), error);
      }
    }
  } finally {
    await agent.stop();
  }
}

function ids(workload: Workload): string {
  return workload.figures.map((figure) => figure.id).join(', ');
}
