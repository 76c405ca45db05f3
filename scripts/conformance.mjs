// `npm run conformance -- [--only REGEX] [--verbose]`: the recorded answers of Consul, played against bin/lictor.
//
// The results file is test-output/conformance.json. With `--worker` the program is the Worker alone (bin of
// test/conformance/worker.mjs), which takes the cases that need no agent.
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
const args = process.argv.slice(2).filter((arg) => arg !== '--worker');
const bin = process.argv.includes('--worker') ? 'test/conformance/worker.mjs' : 'bin/lictor';
const report = path.join(root, 'test-output/conformance.json');
const { status } = spawnSync(
  process.execPath,
  [runner, '--bin', path.join(root, bin), '--report', report, ...args],
  {
    stdio: 'inherit',
  },
);
process.exit(status ?? 1);
