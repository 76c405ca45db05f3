/** Looks for differences between two agents that run already, seed by seed. */
import { Random } from '../../linearizability/random.ts';
import { GRAMMARS } from './grammar/index.ts';
import { pairOf } from './pair.ts';
import { type Pair, play, shorten } from './play.ts';
import { renderFinding, signatureOf } from './report.ts';

const STEPS = 60;

/**
 * Prints each difference once, as the shortest sequence that shows it.
 *
 * @param args CONSUL-URL LICTOR-URL [AREA,...|all] [FIRST-SEED [LAST-SEED [STEPS]]]
 * @returns the exit code: 1 when there is a difference
 */
export async function main(args: readonly string[]): Promise<number> {
  const [consul = '', lictor = '', areas = 'all', first = '1', last = first, length = STEPS] = args;
  const pair = await pairOf(consul, lictor);
  const seen = new Set<string>();
  for (const area of areas === 'all' ? Object.keys(GRAMMARS) : areas.split(','))
    for (let seed = Number(first); seed <= Number(last); seed++)
      await lookAt(pair, area, seed, Number(length), seen);
  console.log(`${seen.size} differences`);
  pair.consul.stop();
  pair.lictor.stop();
  return seen.size > 0 ? 1 : 0;
}

async function lookAt(
  pair: Pair,
  area: string,
  seed: number,
  length: number,
  seen: Set<string>,
): Promise<void> {
  const random = new Random(seed);
  const steps = Array.from({ length }, () => GRAMMARS[area]!(random));
  for (const finding of await play(pair, steps)) {
    const signature = signatureOf(finding);
    if (seen.has(signature)) continue;
    seen.add(signature);
    const script = await shorten(pair, steps, finding);
    const shown = (await play(pair, script)).findLast(({ at }) => at === script.length - 1);
    console.log(renderFinding(`${area} ${seed}`, script, shown ?? finding));
  }
}
