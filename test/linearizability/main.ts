/** `npm run test:linearizability`: seeds one after the other; the last line is the sum. */
import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from '../support/lictor-process.ts';
import { Checker } from './checker.ts';
import { type Recorded, saveHistory } from './history.ts';
import { MUTATIONS } from './mutations.ts';
import { USAGE, parseOptions } from './options.ts';
import { playSeed } from './play.ts';

const OUTPUT = path.join(ROOT, 'test-output/linearizability');
/** Problems of one seed that are printed; the first ones tell the story. */
const MAX_PROBLEMS = 10;

class Tally {
  passed = 0;
  failed = 0;

  add(isGood: boolean, words: string): void {
    if (isGood) this.passed++;
    else this.failed++;
    console.log(`${isGood ? 'ok  ' : 'FAIL'} ${words}`);
  }
}

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, Date.now());
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  fs.mkdirSync(OUTPUT, { recursive: true });
  const checker = new Checker(OUTPUT);
  const tally = new Tally();
  let damaged = false;
  for (const seed of options.seeds) {
    const good = await prove(seed, options.loadMs, checker, tally);
    if (good === undefined || damaged) continue;
    damaged = true;
    refuseDamage(good, checker, tally);
  }
  console.log(`${tally.passed} passed, ${tally.failed} failed`);
  return tally.failed === 0 ? 0 : 1;
}

/** @returns the history when it is a good one */
async function prove(
  seed: number,
  loadMs: number,
  checker: Checker,
  tally: Tally,
): Promise<readonly Recorded[] | undefined> {
  const startedAt = performance.now();
  try {
    const { records, faults, problems } = await playSeed(seed, loadMs);
    const file = path.join(OUTPUT, `seed-${seed}.jsonl`);
    saveHistory(file, records);
    const verdict = checker.check(file);
    const isGood = verdict.isLinearizable && problems.length === 0;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const counts = `${records.length} operations, ${unknownOf(records)} of unknown outcome`;
    tally.add(isGood, `seed ${seed}: ${counts}; ${renderFaults(faults)} (${seconds} s)`);
    if (!verdict.isLinearizable) console.log(verdict.words);
    for (const problem of problems.slice(0, MAX_PROBLEMS)) console.log(`     ${problem}`);
    return isGood ? records : undefined;
  } catch (error) {
    tally.add(false, `seed ${seed}: ${String(error)}`);
    return undefined;
  }
}

/** A checker that takes everything would pass every seed: it has to refuse damaged histories. */
function refuseDamage(records: readonly Recorded[], checker: Checker, tally: Tally): void {
  for (const [at, { name, apply }] of MUTATIONS.entries()) {
    const damaged = apply(records);
    if (damaged === undefined) {
      tally.add(false, `damaged history: no place for ${name}`);
      continue;
    }
    const file = path.join(OUTPUT, `damaged-${at}.jsonl`);
    saveHistory(file, damaged);
    tally.add(!checker.check(file).isLinearizable, `damaged history is refused: ${name}`);
  }
}

function unknownOf(records: readonly Recorded[]): number {
  return records.filter(({ out }) => out === null).length;
}

function renderFaults(faults: Readonly<Record<string, number>>): string {
  return Object.entries(faults)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ');
}
