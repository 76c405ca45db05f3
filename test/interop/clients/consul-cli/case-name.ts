/** A command line as people type it: the name of its test and of its difference. */
import type { CommandCase } from './case.ts';

export function caseName({ args, env = {}, stdin }: CommandCase): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`);
  const input = stdin === undefined ? [] : ['<', stdin.split('\n')[0]!];
  return [...variables, ...args, ...input].join(' ');
}
