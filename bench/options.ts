/** What the command line of the bench can say, and what it means in seconds. */
import { parseArgs } from 'node:util';

export const USAGE = `usage: npm run bench -- [options]
  --quick           one short round (under 5 minutes), printed but not stored
  --rounds N        rounds of each group; medians are reported (3 unless given)
  --only REGEX      only the measures whose id matches; printed but not stored
  --alone           Lictor only: no ratios, needs no Consul
  --lictor PATH     the program to measure (bin/lictor unless given)
  --consul PATH     the program to compare with (found in PATH or ~/.cache/lictor-peers/bin)
  --data-dir DIR    where both keep their data (test-output/bench unless given); not a RAM disk
  --out FILE        store the report there, whatever the other options say
  --list            print the ids of all measures and end`;

/** How long each kind of work lasts. */
export interface Durations {
  readonly warmUpSeconds: number;
  readonly measureSeconds: number;
  /** Quiet time before resident memory is read: garbage of the start has gone by then. */
  readonly settleMs: number;
  /** Over which the use of the processor is counted. */
  readonly restSeconds: number;
  /** How often a check changes. */
  readonly checkChanges: number;
  /** How often a group of blocked readers is woken in one turn. */
  readonly wakeRepetitions: number;
  /** How long the CPU of idle agents is counted. */
  readonly idleSeconds: number;
  /** Agents that are killed one after the other in one turn. */
  readonly failures: number;
}

export interface BenchOptions {
  readonly rounds: number;
  readonly only: RegExp;
  readonly alone: boolean;
  readonly lictor: string | undefined;
  readonly consul: string | undefined;
  readonly dataDir: string | undefined;
  /** Undefined: print only. */
  readonly out: string | undefined;
  readonly list: boolean;
  readonly help: boolean;
  readonly durations: Durations;
}

// A default run has 3 rounds x 2 programs x about 2 minutes of these; a quick one has 1 round and must stay under 5 minutes.
const FULL: Durations = {
  warmUpSeconds: 1,
  measureSeconds: 4,
  settleMs: 5_000,
  restSeconds: 20,
  checkChanges: 200,
  wakeRepetitions: 3,
  idleSeconds: 10,
  failures: 3,
};
const QUICK: Durations = {
  warmUpSeconds: 1,
  measureSeconds: 1,
  settleMs: 2_000,
  restSeconds: 5,
  checkChanges: 50,
  wakeRepetitions: 1,
  idleSeconds: 5,
  failures: 3,
};
const DEFAULT_ROUNDS = 3;

/** @throws on an unknown option or a value that is not one, with a text for the user. */
export function parseOptions(args: readonly string[], defaultOut: string): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string' },
      alone: { type: 'boolean', default: false },
      lictor: { type: 'string' },
      consul: { type: 'string' },
      'data-dir': { type: 'string' },
      out: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : DEFAULT_ROUNDS));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds wants a whole number above 0, not ${values.rounds}`);
  const partial = values.quick || values.only !== undefined || values.alone;
  return {
    rounds,
    only: new RegExp(values.only ?? ''),
    alone: values.alone,
    lictor: values.lictor,
    consul: values.consul,
    dataDir: values['data-dir'],
    out: values.out ?? (partial ? undefined : defaultOut),
    list: values.list,
    help: values.help,
    durations: values.quick ? QUICK : FULL,
  };
}
