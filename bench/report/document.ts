/** Puts docs/BENCHMARKS.md together: what was measured, on what, the table, and the prose of bench/notes.md. */
import { readFileSync } from 'node:fs';

export interface DocumentParts {
  readonly machine: readonly string[];
  readonly method: string;
  readonly table: readonly string[];
  /** Measures that could not be taken, in words. */
  readonly failures: readonly string[];
}

const NOTES = new URL('../notes.md', import.meta.url);

export function renderDocument(parts: DocumentParts): string {
  const failures =
    parts.failures.length === 0
      ? []
      : ['', '**Not measured:**', ...parts.failures.map((each) => `- ${each}`)];
  const lines = [
    '# Benchmarks',
    '',
    '<!-- Written by `npm run bench`; the prose below the table is bench/notes.md. Edits made here are lost. -->',
    '',
    parts.method,
    '',
    ...parts.machine.map((line) => `- ${line}`),
    '',
    ...parts.table,
    ...failures,
    '',
    readFileSync(NOTES, 'utf8').trim(),
  ];
  return `${lines.join('\n')}\n`;
}
