import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

/** Migrations are imported as text, as wrangler and the bundler do. */
const sqlAsText = {
  name: 'sql-as-text',
  load(id: string): string | undefined {
    if (!id.endsWith('.sql')) return undefined;
    return `export default ${JSON.stringify(readFileSync(id, 'utf8'))};`;
  },
};

export default defineConfig({
  plugins: [sqlAsText],
  test: {
    include: ['**/*.test.ts'],
    exclude: [
      'node_modules/**',
      'dist/**',
      'test/interop/**',
      'test/workerd/**',
      'test/readme.test.ts',
    ],
    testTimeout: 20_000,
  },
});
