import { defineConfig } from 'vitest/config';

/** These start real control planes. Most of their time is waits, so three files at a time do not disturb one another on two cores. */
export default defineConfig({
  test: {
    include: ['test/workerd/**/*.test.ts'],
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 20_000,
  },
});
