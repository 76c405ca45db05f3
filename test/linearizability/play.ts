/** Plays one seed: load, faults, repair, a last look through every way in, and the proofs. */
import { inspectChangeLog, withoutUnapplied } from './change-log.ts';
import { Client, type Group } from './client.ts';
import { Cluster } from './cluster.ts';
import { History, type Recorded } from './history.ts';
import { type Target, callHTTP, closeConnections } from './http-call.ts';
import { Nemesis } from './nemesis.ts';
import { decode, encode } from './operations.ts';
import { Random } from './random.ts';

const CLIENTS = 5;
const GROUP_MS = 1_000;
const LAST_LOOK_LIMIT_MS = 10_000;

export interface Played {
  /** What is to be checked. */
  readonly records: readonly Recorded[];
  readonly faults: Readonly<Record<string, number>>;
  /** What the change log and the answers disagree on. */
  readonly problems: readonly string[];
}

export async function playSeed(seed: number, loadMs: number): Promise<Played> {
  const cluster = await Cluster.start();
  try {
    const random = new Random(seed);
    const history = new History();
    const nemesis = new Nemesis(cluster, new Random(random.integer(0, 2 ** 31)));
    const startedAt = performance.now();
    const elapsedMs = (): number => performance.now() - startedAt;
    const groupNow = (): Group => groupOf(seed, Math.floor(elapsedMs() / GROUP_MS));
    const done = (): boolean => elapsedMs() > loadMs;
    const clients = Array.from({ length: CLIENTS }, (_, id) => {
      const own = new Random(random.integer(0, 2 ** 31));
      return new Client(id, own, history, () => targetsOf(id, cluster.targets)).run(groupNow, done);
    });
    await Promise.all([nemesis.run(done), ...clients]);
    await cluster.ready();
    await lastLook(cluster.targets, history, seed);
    closeConnections();
    const storage = await cluster.halt();
    const prefixOf = (group: string): string => `${group}/`;
    const { problems, stored } = inspectChangeLog(storage, history.records, prefixOf);
    const records = withoutUnapplied(history.records, stored, prefixOf);
    return { records, faults: nemesis.counts, problems };
  } finally {
    closeConnections();
    await cluster.stop();
  }
}

function groupOf(seed: number, number: number): Group {
  const name = `s${seed}-g${number}`;
  return { name, prefix: `${name}/` };
}

/** The first clients keep to one way in, as most programs do; the others change between all of them. */
function targetsOf(id: number, all: readonly Target[]): readonly Target[] {
  const own = all[id];
  return own === undefined ? all : [own];
}

/** What was acknowledged must be there, whoever is asked. */
async function lastLook(targets: readonly Target[], history: History, seed: number): Promise<void> {
  const groups = new Set(history.records.map(({ group }) => group));
  for (const name of groups) {
    const { prefix } = groupOf(seed, Number(name.split('-g')[1]));
    for (const target of targets) {
      const op = { kind: 'list' };
      const call = history.now();
      const fate = await callHTTP(target, encode(op, prefix), LAST_LOOK_LIMIT_MS);
      const out = typeof fate === 'string' ? null : decode(op, prefix, fate);
      if (out === null) throw new Error(`no last look at ${name}: ${JSON.stringify(fate)}`);
      const record = { client: CLIENTS, group: name, call, return: history.now(), op, out };
      history.add(record);
    }
  }
}
