/** A command line as one types it, with `'` around what holds spaces, variables before it and ` << ` before its input. */
import type { CommandCase } from './case.ts';

const INPUT = ' << ';

export function caseOf(line: string): CommandCase {
  const [command = '', stdin] = line.split(INPUT);
  const words = [...command.matchAll(/(?:[^\s']|'[^']*')+/g)].map(([word]) =>
    word.replaceAll("'", ''),
  );
  const firstArgument = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  const env = words.slice(0, firstArgument).map((word) => {
    const [name = '', ...value] = word.split('=');
    return [name, value.join('=')] as const;
  });
  return {
    args: words.slice(firstArgument),
    ...(env.length > 0 && { env: Object.fromEntries(env) }),
    ...(stdin !== undefined && { stdin }),
  };
}
