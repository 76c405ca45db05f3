import { defineConfig } from 'vitest/config';

/** The examples of the README, one after the other against one agent. */
export default defineConfig({
  test: {
    include: ['test/readme.test.ts', 'test/readme/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 30_000,
  },
});
