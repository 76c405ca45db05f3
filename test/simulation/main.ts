/** `npm run simulate`: prints what the simulations measure. */
import { parseArgs } from 'node:util';
import {
  reportChurn,
  reportFailureDetection,
  reportPartitions,
  reportSlowMembers,
} from './reports.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    large: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});
const seed = Number(values.seed);
const many = (count: number): number[] => Array.from({ length: count }, (_, index) => seed + index);

const SLOW_CASES = [
  { slow: 1, blockedMs: 16_384, openMs: 1 },
  { slow: 4, blockedMs: 8192, openMs: 64 },
  { slow: 8, blockedMs: 16_384, openMs: 64 },
  { slow: 8, blockedMs: 16_384, openMs: 4096 },
  { slow: 16, blockedMs: 16_384, openMs: 1024 },
  { slow: 32, blockedMs: 32_768, openMs: 1024 },
];

const reports: Record<string, () => Promise<string>> = {
  failure: () =>
    reportFailureDetection(
      [[10, 5], [100, 10], [1000, 3], ...(values.large ? [[5000, 1] as const] : [])],
      seed,
    ),
  slow: () => reportSlowMembers(SLOW_CASES, seed),
  partition: () =>
    reportPartitions(
      [
        [20, 6],
        [100, 30],
      ],
      seed,
    ),
  churn: () => reportChurn(many(values.large ? 100 : 10)),
};

console.log(`seed ${seed}\n`);
for (const [name, report] of Object.entries(reports)) {
  if (!name.startsWith(values.only)) continue;
  const startMs = performance.now();
  console.log(await report());
  console.log(`(${((performance.now() - startMs) / 1000).toFixed(0)} s)\n`);
}
