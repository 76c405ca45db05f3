/** The bench's command line: picks programs and measures, runs them, prints and stores the report. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram, missingPrograms, PROGRAMS } from '../scripts/programs.ts';
import type { Contender } from './agent.ts';
import { parseOptions, USAGE, type BenchOptions } from './options.ts';
import { renderDocument } from './report/document.ts';
import { describeMachine, fileSystem } from './report/machine.ts';
import { renderTable } from './report/table.ts';
import { Results } from './results.ts';
import { runAll } from './runner.ts';
import { GROUPS } from './workloads/index.ts';
import type { WorkloadGroup } from './workloads/workload.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns the exit code: 0 when every measure was taken, 1 when one was not, 2 for a wrong option. Missed targets do not count. */
export async function main(args: readonly string[]): Promise<number> {
  let options: BenchOptions;
  try {
    options = parseOptions(args, path.join(root, 'docs/BENCHMARKS.md'));
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const groups = selectGroups(options.only);
  const figures = groups.flatMap((group) =>
    group.workloads.flatMap((workload) => workload.figures),
  );
  if (options.list || figures.length === 0) {
    console.log(
      figures.map((figure) => figure.id).join('\n') || `no measure matches ${String(options.only)}`,
    );
    return figures.length === 0 ? 2 : 0;
  }
  const missing = missingPrograms([
    PROGRAMS.wrk,
    PROGRAMS.dnsperf,
    ...(needsConsul(options) ? [PROGRAMS.consul] : []),
  ]);
  if (missing.length > 0) {
    console.error(['bench: programs are missing', ...missing].join('\n  '));
    return 1;
  }
  return measure(options, groups);
}

async function measure(options: BenchOptions, groups: readonly WorkloadGroup[]): Promise<number> {
  const contenders = pickContenders(options);
  const dataDir = path.resolve(options.dataDir ?? path.join(root, 'test-output/bench'));
  mkdirSync(dataDir, { recursive: true });
  if (fileSystem(dataDir) === 'tmpfs')
    console.error(`bench: ${dataDir} is a RAM disk: writes will look too quick`);
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => interrupt.abort(new Error(`interrupted by ${signal}`)));
  }
  const results = new Results();
  const startedMs = performance.now();
  const progress = (line: string): void =>
    console.error(`${((performance.now() - startedMs) / 1e3).toFixed(0).padStart(4)} s  ${line}`);
  await runAll(
    { contenders, groups, options, dataDir, signal: interrupt.signal, progress },
    results,
  );

  const figures = groups.flatMap((group) =>
    group.workloads.flatMap((workload) => workload.figures),
  );
  const text = renderDocument({
    machine: describeMachine(contenders, dataDir, root),
    method: method(options, performance.now() - startedMs),
    table: renderTable(figures, results, [contenders[0]?.name ?? '', contenders[1]?.name]),
    failures: results.failures,
  });
  console.log(text);
  writeFileSync(path.join(dataDir, 'samples.json'), JSON.stringify(results, null, 2));
  if (options.out !== undefined) writeFileSync(options.out, text);
  return results.failures.length === 0 ? 0 : 1;
}

function needsConsul(options: BenchOptions): boolean {
  return !options.alone && options.consul === undefined;
}

function pickContenders(options: BenchOptions): Contender[] {
  const lictor = {
    name: 'Lictor',
    program: path.resolve(options.lictor ?? path.join(root, 'bin/lictor')),
  };
  if (options.alone) return [lictor];
  const consul = options.consul ?? findProgram(PROGRAMS.consul.name);
  if (consul === undefined) throw new Error(missingPrograms([PROGRAMS.consul])[0]);
  return [lictor, { name: 'Consul', program: path.resolve(consul) }];
}

/** A group keeps the workloads that have a figure matching `only`. */
function selectGroups(only: RegExp): WorkloadGroup[] {
  return GROUPS.map(({ workloads, ...group }) => ({
    ...group,
    workloads: workloads.filter((workload) =>
      workload.figures.some((figure) => only.test(figure.id)),
    ),
  })).filter((group) => group.workloads.length > 0);
}

function method(options: BenchOptions, tookMs: number): string {
  const { measureSeconds, warmUpSeconds } = options.durations;
  return [
    'Lictor (agent and embedded control plane) and Consul (a single server, not `-dev`) by turns, one at a time, each group of',
    'measures on a fresh start with its data on the same disk, from the same configuration file, with the same client on the same machine.',
    `Medians of ${options.rounds} round(s); load of ${measureSeconds} s after ${warmUpSeconds} s of warm-up; keys and values vary. ratio = Lictor / Consul;`,
    'errors are summed over all rounds. The percentiles of DNS are taken at half of the measured rate.',
    `The whole run took ${Math.round(tookMs / 1e3)} s.`,
  ].join('\n');
}
