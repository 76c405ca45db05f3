import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/**
 * They measure, take the whole machine (a disk, the network, an emulated processor), or play examples with ports that are
 * written down: one after the other, when all else is done.
 */
const ALONE = [
  'test/interop/bench.test.ts',
  'test/interop/bundle.test.ts',
  'test/interop/differential-validate.test.ts',
  'test/interop/full-disk.test.ts',
  // Eight pools at once, each with deadlines of gossip.
  'test/interop/gossip/serf.test.ts',
  'test/interop/power-loss.test.ts',
  'test/interop/readme.test.ts',
  'test/interop/storefront.test.ts',
];

/**
 * Files at a time of all others. Most of their time is waits for elections, leaves and time-outs of the programs that they
 * start, so two do not disturb one another on two quiet cores; on busy ones the deadlines of a few are missed.
 */
const WORKERS = Number(process.env['INTEROP_WORKERS'] ?? 1);

// Programs of others start, elect and load: the longest test, the storefront, takes half a minute on two cores.
const LIMITS = { testTimeout: 180_000, hookTimeout: 180_000 };

export default defineConfig({
  root: path.join(path.dirname(fileURLToPath(import.meta.url)), '../..'),
  test: {
    projects: [
      {
        extends: true,
        test: {
          ...LIMITS,
          name: 'together',
          include: ['test/interop/**/*.test.ts'],
          exclude: ALONE,
          maxWorkers: WORKERS,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...LIMITS,
          name: 'alone',
          include: ALONE,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
