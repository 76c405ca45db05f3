import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: path.join(path.dirname(fileURLToPath(import.meta.url)), '../..'),
  test: {
    include: ['test/interop/**/*.test.ts'],
    // Programs of others start, elect and load: the longest test, the storefront, takes half a minute on two cores.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Each of these uses the whole machine; two at once would time each other out.
    fileParallelism: false,
  },
});
