import { defineConfig } from 'vitest/config';

/** These start real control planes: one file after the other, as the machine may have two cores only. */
export default defineConfig({
  test: {
    include: ['test/workerd/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 20_000,
  },
});
