import path from 'node:path';
import { expect, it } from 'vitest';
import { lictor, root, runToEnd } from './run-to-end.ts';

it('the storefront survives a crash of a back end', async () => {
  const script = path.join(root, 'examples/storefront/run.mjs');
  const run = await runToEnd(process.execPath, [script, '--agent', lictor], { limitMs: 150_000 });
  const failures = run.stdout.split('\n').filter((line) => line.includes('FAIL'));
  expect(failures, run.stdout + run.stderr).toEqual([]);
  expect(run.stdout).toMatch(/^PASS: \d+ passed, 0 failed$/m);
  expect(run.code).toBe(0);
});
