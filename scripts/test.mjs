// `npm test`: everything that needs nothing but Node. All stages run even if one fails.
//
//   node scripts/test.mjs [STAGE ...]     check unit workerd readme conformance worker; all of them unless named
//
// The last line is the sum over all stages.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const output = path.join(root, 'test-output');
const node = path.join(root, 'node_modules/.bin/node');
const vitest = path.join(root, 'node_modules/.bin/vitest');
const conformance = path.join(root, '../shared/conformance/run.mjs');

/** Conformance files that pass whole. A file enters here once it passes, and never leaves. */
const PASSING = JSON.parse(
  fs.readFileSync(path.join(root, 'test/conformance/passing.json'), 'utf8'),
);

const total = { passed: 0, failed: 0 };

function add(name, passed, failed, startedAt) {
  total.passed += passed;
  total.failed += failed;
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(
    `\n${failed === 0 ? 'ok  ' : 'FAIL'} ${name}: ${passed} passed, ${failed} failed (${seconds} s)`,
  );
}

/**
 * Runs a program whose last line with counts tells how it went; one that dies without counts has failed once. What it
 * says is shown when it has ended, so that two may run at once.
 */
async function run(name, command, args) {
  const startedAt = Date.now();
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece) => (text += piece));
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      text += error.message;
      resolve(1);
    });
    child.once('close', resolve);
  });
  console.log(`\n== ${name}`);
  process.stdout.write(text.length > 40_000 ? `...${text.slice(-40_000)}` : text);
  const counts = [...text.matchAll(/^(\d+) passed, (\d+) failed$/gm)].at(-1);
  const passed = Number(counts?.[1] ?? 0);
  const failed = Number(counts?.[2] ?? 0);
  add(name, passed, code === 0 ? failed : Math.max(1, failed), startedAt);
}

function runVitest(name, args) {
  console.log(`\n== ${name}`);
  const startedAt = Date.now();
  const report = path.join(output, `${name}.json`);
  fs.rmSync(report, { force: true });
  const child = spawnSync(
    node,
    [vitest, 'run', ...args, '--reporter=default', '--reporter=json', `--outputFile=${report}`],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  if (!fs.existsSync(report)) {
    add(name, 0, 1, startedAt);
    return;
  }
  const { numPassedTests, numFailedTests } = JSON.parse(fs.readFileSync(report, 'utf8'));
  // A file that does not even load has no failed test of its own.
  add(
    name,
    numPassedTests,
    child.status === 0 ? numFailedTests : Math.max(1, numFailedTests),
    startedAt,
  );
}

const STAGES = {
  check: () => run('check', node, ['scripts/check.mjs']),
  unit: () => runVitest('unit', []),
  workerd: () => runVitest('workerd', ['--config', 'test/workerd/vitest.config.ts']),
  readme: () => runVitest('readme', ['--config', 'test/readme.config.ts']),
  conformance: () => {
    if (!fs.existsSync(conformance)) {
      console.log(
        '\n== conformance: not run, ../shared/conformance does not lie beside this checkout',
      );
      return;
    }
    const only = `^(${PASSING.map((name) => name.replaceAll('.', '\\.')).join('|')})\\.mjs$`;
    const report = path.join(output, 'conformance.json');
    return run('conformance', node, [
      '--import',
      './test/conformance/distinct-ports.ts',
      conformance,
      '--bin',
      'bin/lictor',
      '--only',
      only,
      '--report',
      report,
      // Most of the time is waits, and those of two files pass at the same time.
      '--jobs',
      '2',
    ]);
  },
  worker: () => {
    // What is missing has been said by the stage before.
    if (!fs.existsSync(conformance)) return;
    return run('worker', node, ['scripts/conformance.mjs', '--worker']);
  },
};

/** These wait more than they work, and start what they need by themselves: both at once. */
const AT_ONCE = ['conformance', 'worker'];

fs.mkdirSync(output, { recursive: true });
const wanted = process.argv.slice(2).length > 0 ? process.argv.slice(2) : Object.keys(STAGES);
const unknown = wanted.find((name) => STAGES[name] === undefined);
if (unknown !== undefined) {
  console.error(`unknown stage ${unknown}: choose from ${Object.keys(STAGES).join(' ')}`);
  process.exit(2);
}
for (const name of wanted) if (!AT_ONCE.includes(name)) await STAGES[name]();
await Promise.all(wanted.filter((name) => AT_ONCE.includes(name)).map((name) => STAGES[name]()));
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
