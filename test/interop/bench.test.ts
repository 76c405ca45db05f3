import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lictor, root, runToEnd } from './run-to-end.ts';

interface Samples {
  readonly samples: Record<string, { value: number; errors: number }[]>;
  readonly failures: string[];
}

/** The bench itself is tested here, with wrk and dnsperf on Lictor alone; its figures are not judged. */
describe('the bench', () => {
  let directory: string;
  beforeAll(() => {
    directory = makeDirectory();
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('measures HTTP, DNS, waiters, wake-ups and memory without an error', async () => {
    const only =
      '^(kv-put-c16|kv-get-c16|health-3|dns-srv|waiters-1000-last|wakeups-.*|memory-idle)$';
    const args = [
      path.join(root, 'bench/run.mjs'),
      '--alone',
      '--quick',
      '--lictor',
      lictor,
      '--only',
      only,
    ];
    const run = await runToEnd(process.execPath, [...args, '--data-dir', directory], {
      limitMs: 150_000,
    });
    expect(run.code, run.stdout + run.stderr).toBe(0);
    const { samples, failures } = JSON.parse(
      readFileSync(path.join(directory, 'samples.json'), 'utf8'),
    ) as Samples;
    expect(failures).toEqual([]);
    const all = Object.entries(samples).flatMap(([figure, list]) =>
      list.map((sample) => ({ figure, ...sample })),
    );
    expect(all.filter((sample) => sample.errors > 0)).toEqual([]);
    expect(
      all.filter((sample) => !sample.figure.includes('wakeups') && !(sample.value > 0)),
    ).toEqual([]);
    // Holds for Lictor, not for Consul: nobody is woken by what he did not ask for.
    expect(all.filter((sample) => sample.figure.includes('wakeups') && sample.value > 0)).toEqual(
      [],
    );
  });
});

/** On the checkout's disk: the system's temporary directory may be memory. */
function makeDirectory(): string {
  const parent = path.join(root, 'test-output');
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(path.join(parent, 'bench-test-'));
}
