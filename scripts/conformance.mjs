// `npm run conformance -- [--only REGEX] [--verbose]`: the recorded answers of Consul, played against bin/lictor.
//
// The results file is test-output/conformance.json. With `--worker` the program is the Worker alone
// (test/conformance/worker.mjs): the files of test/conformance/worker.json unless `--only` names others. A case that
// this list excepts, with the reason, has to fail: one that passes leaves the list.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const runner = path.join(root, '../shared/conformance/run.mjs');
if (!fs.existsSync(runner)) {
  console.error(`the scenarios are not beside this checkout: ${runner} is missing`);
  process.exit(2);
}
fs.mkdirSync(path.join(root, 'test-output'), { recursive: true });

const given = process.argv.slice(2).filter((arg) => arg !== '--worker');
process.exit(process.argv.includes('--worker') ? playWorker(given) : play('bin/lictor', given));

/** @returns the exit code */
function play(
  bin,
  args,
  report = path.join(root, 'test-output/conformance.json'),
  stdio = 'inherit',
) {
  const ports = ['--import', path.join(root, 'test/conformance/distinct-ports.ts')];
  const own = ['--bin', path.join(root, bin), '--report', report];
  return spawnSync(process.execPath, [...ports, runner, ...own, ...args], { stdio }).status ?? 1;
}

function playWorker(args) {
  const bin = 'test/conformance/worker.mjs';
  if (args.includes('--only')) return play(bin, args);
  const list = fs.readFileSync(path.join(root, 'test/conformance/worker.json'), 'utf8');
  const { files, except } = JSON.parse(list);
  const report = path.join(root, 'test-output/conformance-worker.json');
  fs.rmSync(report, { force: true });
  const only = ['--only', `^(${files.join('|')})\\.mjs$`];
  // The waits of two files pass at the same time; the work of a third would disturb them.
  play(bin, [...only, '--jobs', '2', ...args], report, ['ignore', 'ignore', 'inherit']);
  const cases = JSON.parse(fs.readFileSync(report, 'utf8'));
  return judge(cases, files, new Map(Object.entries(except)));
}

/** Prints what is not as it should be, and the counts in the last line. */
function judge(cases, files, except) {
  const problems = files
    .filter((file) => !cases.some((each) => each.file === `${file}.mjs`))
    .map((file) => `${file}: no case was played`);
  let passed = 0;
  for (const { file, case: name, hard } of cases) {
    const title = `${file.replace(/\.mjs$/, '')} > ${name}`;
    const reason = except.get(title);
    except.delete(title);
    if (reason === undefined) {
      if (hard.length === 0) passed++;
      else problems.push([title, ...hard].join('\n   '));
    } else if (hard.length === 0) {
      problems.push(`${title}: passes, so it is no exception any more (${reason})`);
    }
  }
  for (const title of except.keys())
    problems.push(`${title}: is excepted, but there is no such case`);
  for (const problem of problems) console.log(`FAIL ${problem}`);
  console.log(`${passed} passed, ${problems.length} failed`);
  return problems.length === 0 ? 0 : 1;
}
