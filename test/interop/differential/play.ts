/** Plays a sequence on both agents, and makes a sequence that shows a difference short. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Difference, compareAnswers } from './compare.ts';
import { isException } from './exceptions.ts';
import { Masks } from './masks.ts';
import { reset } from './reset.ts';
import type { Side } from './side.ts';
import type { Step } from './step.ts';

/** Both agents do some work after they have answered (anti-entropy): a read that differs is asked again this often. */
const RETRIES = 8;
const RETRY_MS = 60;
/** Plays of one sequence that shortening may cost. */
const MAX_SHORTENING_PLAYS = 30;

export interface Pair {
  readonly consul: Side;
  readonly lictor: Side;
  /** The name that both agents bear. */
  readonly node: string;
  readonly hasACLs?: boolean;
  /** Texts that are an agent's own, and the word for them. */
  readonly texts: Readonly<Record<'consul' | 'lictor', readonly (readonly [string, string])[]>>;
}

/** Consul panics on a few bodies and closes the connection, where ours answers; there is nothing to compare then. */
class ConsulCrash extends Error {}

export interface Finding {
  readonly at: number;
  readonly step: Step;
  readonly differences: readonly Difference[];
}

/** @returns every step whose answers differ in what no exception covers */
export async function play(pair: Pair, steps: readonly Step[]): Promise<Finding[]> {
  await Promise.all(
    [pair.consul, pair.lictor].map((side) => reset(side, pair.node, pair.hasACLs === true)),
  );
  const [consul, lictor] = await Promise.all([pair.consul.begin(), pair.lictor.begin()]);
  const masks = {
    consul: new Masks(pair.texts.consul, consul),
    lictor: new Masks(pair.texts.lictor, lictor),
  };
  const findings: Finding[] = [];
  for (const [at, step] of steps.entries()) {
    const differences = await playStep(pair, step, masks).catch((error: unknown) => {
      if (error instanceof ConsulCrash) return undefined;
      throw error;
    });
    if (differences === undefined) break;
    if (differences.length > 0) findings.push({ at, step, differences });
    // The two now hold different things: what follows would only say so again.
    const isDiverged = differences.some(({ where }) => where === 'status');
    if (step.method !== 'GET' && isDiverged) break;
  }
  return findings;
}

async function playStep(
  pair: Pair,
  step: Step,
  masks: Record<'consul' | 'lictor', Masks>,
): Promise<Difference[]> {
  for (let attempt = 0; ; attempt++) {
    const [consul, lictor] = await Promise.all([pair.consul.send(step), pair.lictor.send(step)]);
    const found = compareAnswers(
      step,
      { answer: consul, masks: masks.consul },
      { answer: lictor, masks: masks.lictor },
    ).filter((difference) => !isException(step, difference));
    if (consul.status === 0 && lictor.status !== 0) throw new ConsulCrash();
    if (found.length === 0 || step.method !== 'GET' || attempt === RETRIES) return found;
    await sleep(RETRY_MS);
  }
}

/** Fewer steps that still end in a difference at the same place of the same request. */
export async function shorten(
  pair: Pair,
  steps: readonly Step[],
  finding: Finding,
): Promise<Step[]> {
  const wanted = finding.differences.map(({ where }) => where);
  let kept = steps.slice(0, finding.at + 1);
  let plays = 0;
  for (let size = Math.ceil((kept.length - 1) / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let from = kept.length - 1 - size; from >= -size + 1; from -= size) {
      const start = Math.max(0, from);
      const tried = [...kept.slice(0, start), ...kept.slice(from + size)];
      if (tried.length === kept.length || ++plays > MAX_SHORTENING_PLAYS) continue;
      const last = (await play(pair, tried)).find(({ at }) => at === tried.length - 1);
      if (last?.differences.some(({ where }) => wanted.includes(where))) kept = tried;
    }
  }
  return kept;
}
