/**
 * The same random requests to a real Consul and to Lictor: fixed seeds, so that a failure can be played again.
 *
 * More seeds: `run.mjs` beside this file.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAMS, requireProgram } from '../../../scripts/programs.ts';
import { Random } from '../../linearizability/random.ts';
import { LICTOR } from '../../support/lictor-process.ts';
import { AgentProcess } from '../agent-process.ts';
import { GRAMMARS } from './grammar/index.ts';
import { pairOf } from './pair.ts';
import { type Pair, play } from './play.ts';
import { renderFinding } from './report.ts';

const SEEDS = [1, 2];
/** Long enough that requests meet what others have left, short enough for all areas within half a minute. */
const STEPS = 60;

let consul: AgentProcess;
let lictor: AgentProcess;
let pair: Pair;

beforeAll(async () => {
  [consul, lictor] = await Promise.all([
    AgentProcess.start({ program: requireProgram(PROGRAMS.consul) }),
    AgentProcess.start({ program: process.env['LICTOR_BIN'] ?? LICTOR }),
  ]);
  pair = await pairOf(consul.base, lictor.base);
});

afterAll(async () => {
  pair?.consul.stop();
  pair?.lictor.stop();
  await Promise.all([consul?.stop(), lictor?.stop()]);
});

describe.each(Object.entries(GRAMMARS))('%s', (area, grammar) => {
  it.each(SEEDS)('seed %i', async (seed) => {
    const random = new Random(seed);
    const steps = Array.from({ length: STEPS }, () => grammar(random));
    const findings = await play(pair, steps);
    const report = findings.map((finding) =>
      renderFinding(`${area} ${seed}`, steps.slice(0, finding.at + 1), finding),
    );
    expect(report.join('\n')).toBe('');
  });
});
