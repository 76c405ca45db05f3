// Format, lint, types of the three runtimes, dead code. One line for each, everything is run even if one fails.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const bin = (name) => path.join(root, 'node_modules/.bin', name);
const CHECKS = [
  ['format', bin('oxfmt'), ['--check', '.']],
  ['lint', bin('oxlint'), ['--deny-warnings', '.']],
  ['types (protocol)', bin('tsc'), ['-p', 'tsconfig.protocol.json']],
  ['types (worker)', bin('tsc'), ['-p', 'tsconfig.worker.json']],
  ['types (node)', bin('tsc'), ['-p', 'tsconfig.node.json']],
];

let failed = 0;
for (const [name, command, args] of CHECKS) {
  const startedAt = Date.now();
  const run = spawnSync(command, args, { cwd: root, encoding: 'utf8' });
  const good = run.status === 0;
  if (!good) failed++;
  console.log(`${good ? 'ok  ' : 'FAIL'} ${name} (${Date.now() - startedAt} ms)`);
  if (!good) console.log(`${run.stdout}${run.stderr}`.slice(0, 20_000));
}
console.log(`${CHECKS.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
