import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run test:linearizability -- [options]

  --seeds N      how many seeds to play; 10 unless given, 100 for the long run
  --seed N       plays this seed alone
  --first N      the first of them; random unless given
  --seconds N    how long each seed is played; 8 unless given
  --help         this text`;

export interface Options {
  readonly help: boolean;
  readonly seeds: readonly number[];
  readonly loadMs: number;
}

const SEEDS = 10;
const LOAD_SECONDS = 8;
const MAX_SEED = 1_000_000;

/** @throws TypeError for an unknown option or a number that is none */
export function parseOptions(args: readonly string[], randomSeed: number): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { seeds: text, seed: text, first: text, seconds: text, help: { type: 'boolean' } },
  });
  const only = values.seed === undefined ? undefined : whole('seed', values.seed);
  const count = only === undefined ? whole('seeds', values.seeds ?? String(SEEDS)) : 1;
  const first = only ?? whole('first', values.first ?? String(randomSeed % MAX_SEED));
  return {
    help: values.help === true,
    seeds: Array.from({ length: count }, (_, at) => first + at),
    loadMs: whole('seconds', values.seconds ?? String(LOAD_SECONDS)) * 1000,
  };
}

function whole(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new TypeError(`--${name} takes a whole number, not ${JSON.stringify(text)}`);
}
