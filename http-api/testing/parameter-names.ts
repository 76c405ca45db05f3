import { readFileSync, readdirSync } from 'node:fs';

/** Every name that an endpoint looks for, taken from the sources so that new ones are tried too. */
export function parameterNames(): string[] {
  const folder = new URL('../', import.meta.url);
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => readFileSync(new URL(file, folder), 'utf8'));
  const names = sources.flatMap((text) =>
    Array.from(text.matchAll(/query\.(?:get|has|all)\(\s*'([^']+)'/g), ([, name]) => name!),
  );
  return [...new Set(names)].toSorted();
}
