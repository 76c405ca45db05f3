import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Migrations are imported as text, as wrangler and the bundler do. */
const sqlAsText = {
  name: 'sql-as-text',
  load(id: string): string | undefined {
    if (!id.endsWith('.sql')) return undefined;
    return `export default ${JSON.stringify(readFileSync(id, 'utf8'))};`;
  },
};

/** What holds no state outside of its objects: its tests share a worker, which saves the start of one for each file. */
const PURE = ['protocol/**/*.test.ts', 'http-api/**/*.test.ts', 'durable-objects/**/*.test.ts'];
const ELSEWHERE = [
  'node_modules/**',
  'dist/**',
  'test/interop/**',
  'test/workerd/**',
  'test/readme.test.ts',
];

/** Vitest leaves one core to itself: of two that is half of them, and it hardly works while the tests do. */
const WORKERS = Math.max(2, availableParallelism() - 1);

export default defineConfig({
  plugins: [sqlAsText],
  test: {
    testTimeout: 20_000,
    maxWorkers: WORKERS,
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      {
        extends: true,
        test: { name: 'others', include: ['**/*.test.ts'], exclude: [...ELSEWHERE, ...PURE] },
      },
    ],
  },
});
